/**
 * jcstress tests of {@code org.dmafence.sched}: what the threads that share a job do to it at the same time. How a
 * reset races with the hardware is in {@link org.dmafence.stress.protocol}. Outcomes cite the invariants of
 * SchedulerJob's and HardwareRun's implementation overviews.
 */
@NullMarked
package org.dmafence.stress.sched;

import org.jspecify.annotations.NullMarked;
