/** Tests of the i915 shim; time is a clock moved by hand. */
@NullMarked
package org.dmafence.i915;

import org.jspecify.annotations.NullMarked;
