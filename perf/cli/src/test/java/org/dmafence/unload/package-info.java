/** Tests of how unloading is shown. */
@NullMarked
package org.dmafence.unload;

import org.jspecify.annotations.NullMarked;
