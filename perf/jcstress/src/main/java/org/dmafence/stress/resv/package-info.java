/**
 * jcstress tests of {@code org.dmafence.resv}.
 *
 * <p>{@code Actual…} is a race of the classes themselves, {@code Simple…} a model of the step that decides. The model's
 * twin, with that step wrong, is in {@code org.dmafence.stress.broken}. Outcomes cite the invariants of the overviews
 * in ResvChanges, ResvList, KeptErrors, WwMutex and WwQueue.
 */
@NullMarked
package org.dmafence.stress.resv;

import org.jspecify.annotations.NullMarked;
