/**
 * jcstress tests of {@code org.dmafence.rcu}.
 *
 * <p>Each test is one litmus shape, nested by who runs it: {@code Membarrier} and {@code Fence} are the class itself in
 * its two orderings, {@code Sleepable} is SRCU, {@code Simple…} is a model of the algorithm's core without the class,
 * and {@code Broken…} leaves something out and is expected to be caught: its outcome is interesting, not forbidden.
 * Outcomes cite the invariants of the implementation overviews: RcuReader I1 to I3, GracePeriods G1 to G3, RcuCallbacks
 * I1 to I3, SleepableRcuDomain I1 to I4.
 *
 * <p>All tests of one JVM share a domain for each ordering. That makes every grace period wait for the readers of other
 * test instances too, which costs time and proves as much.
 */
@NullMarked
package org.dmafence.stress.rcu;

import org.jspecify.annotations.NullMarked;
