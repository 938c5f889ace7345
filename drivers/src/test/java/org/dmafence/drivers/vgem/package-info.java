/** Tests of vgem and the golden behaviours of real kernels. */
@NullMarked
package org.dmafence.drivers.vgem;

import org.jspecify.annotations.NullMarked;
