/** Tests of the amdgpu shim; time is a clock moved by hand. */
@NullMarked
package org.dmafence.amdgpu;

import org.jspecify.annotations.NullMarked;
