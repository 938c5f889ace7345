/**
 * jcstress tests of {@code org.dmafence.resv}.
 *
 * <p>Nested by who runs a race: {@code Actual} and its relatives are the classes themselves, {@code Simple…} a model of the step
 * that decides, and {@code Broken…} the same with the step left out: it is expected to be caught, so its outcome is interesting,
 * not forbidden. Outcomes cite the invariants of the overviews in ResvChanges, ResvList, KeptErrors, WwMutex and WwQueue.
 */
@NullMarked
package org.dmafence.stress.resv;

import org.jspecify.annotations.NullMarked;
