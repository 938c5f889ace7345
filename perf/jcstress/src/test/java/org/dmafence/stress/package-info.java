/** Tests of the stress tests. */
@NullMarked
package org.dmafence.stress;

import org.jspecify.annotations.NullMarked;
