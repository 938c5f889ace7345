/** Tests of the generic drivers; {@link org.dmafence.drivers.DriverTestContext} is shared with the shims' tests. */
@NullMarked
package org.dmafence.drivers;

import org.jspecify.annotations.NullMarked;
