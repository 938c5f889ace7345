/** Tests of the timelines that software moves. */
@NullMarked
package org.dmafence.drivers.swsync;

import org.jspecify.annotations.NullMarked;
