/**
 * jcstress tests of {@code org.dmafence.sync}: sync files, timelines and sync objects, as users of fences see them.
 *
 * <p>Each test is one race, nested by who runs it: {@code Actual} and its kind are the classes themselves, {@code
 * Simple…} a model of the step that decides, and {@code Broken…} the same with the step left out: it is expected to be
 * caught, so its outcome is interesting, not forbidden. Outcomes about sync objects cite the invariants I1 to I4 of
 * SyncObj's implementation overview; {@link org.dmafence.stress.sync.Submitter} is their driver.
 */
@NullMarked
package org.dmafence.stress.sync;

import org.jspecify.annotations.NullMarked;
