/** Tests of what fences are handed out in. */
@NullMarked
package org.dmafence.sync;

import org.jspecify.annotations.NullMarked;
