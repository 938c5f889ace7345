/**
 * jcstress tests of {@code org.dmafence.fence}.
 *
 * <p>Each test is one race that the kernel's fences have to stand, nested by who runs it: {@code Actual} is the class
 * itself, {@code Simple…} a model of the step that decides, and {@code Broken…} the same with the step left out: it is
 * expected to be caught, so its outcome is interesting, not forbidden. Outcomes cite the invariants I1 to I7 of
 * FenceState's implementation overview. {@link org.dmafence.stress.fence.StressIssuer} is the driver.
 */
@NullMarked
package org.dmafence.stress.fence;

import org.jspecify.annotations.NullMarked;
