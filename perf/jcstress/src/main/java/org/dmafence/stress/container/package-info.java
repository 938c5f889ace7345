/**
 * jcstress tests of {@code org.dmafence.fence.container}.
 *
 * <p>Each test is one race: {@code Actual} is the class itself, {@code Simple} a model of the step that decides. The
 * model's twin, with that step wrong, is in {@code org.dmafence.stress.broken}. Outcomes cite the invariants I1 to I3
 * of FenceArray's implementation overview and I1 to I4 of FenceChain's. Two actors are enough for each, so that a
 * machine with two cores runs them all.
 *
 * <pre>
 * ./mvnw -q -B -DskipTests -pl perf/jcstress -am package
 * java -jar perf/jcstress/target/stress.jar -m quick -t stress.container
 * java -jar perf/jcstress/target/stress.jar -m quick --broken
 * </pre>
 */
@NullMarked
package org.dmafence.stress.container;

import org.jspecify.annotations.NullMarked;
