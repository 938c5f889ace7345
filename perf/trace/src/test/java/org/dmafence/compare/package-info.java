/** Tests of what a comparison calls red. */
@NullMarked
package org.dmafence.compare;

import org.jspecify.annotations.NullMarked;
