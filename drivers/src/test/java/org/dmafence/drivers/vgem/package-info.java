/** Tests of vgem. */
@NullMarked
package org.dmafence.drivers.vgem;

import org.jspecify.annotations.NullMarked;
