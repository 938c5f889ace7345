/** Tests of the replay, on a pipeline of their own and on all shipped traces. */
@NullMarked
package org.dmafence.replay;

import org.jspecify.annotations.NullMarked;
