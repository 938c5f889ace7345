/** The harness: figures, verdicts, names and what is missing. Nothing here asserts how long something takes. */
@NullMarked
package org.dmafence.bench;

import org.jspecify.annotations.NullMarked;
