/**
 * Generated work for a GPU scheduler: who submits what and when, without a trace.
 *
 * <p>Start with {@link org.dmafence.workload.Workload}, which {@link org.dmafence.workload.WorkloadParser} reads from a
 * small text; those that come with the program are in {@code presets.txt} beside this package. A
 * {@link org.dmafence.workload.WorkloadRun} runs one on a {@link org.dmafence.sched.GpuScheduler} and a driver's ring.
 *
 * <p>A run takes place under virtual time ({@link org.dmafence.testkit.VirtualCpu}): the scheduler, its fences and the
 * driver, loaded from its jar, are the real ones, but they see a clock that is moved from one event to the next, and
 * one thread calls them all. So seconds of hardware time take milliseconds, and a seed gives the same figures on every
 * machine. What it does not show is how long the code itself takes; replaying a trace on the actors does. The clients
 * are modelled after those of the kernel's {@code drivers/gpu/drm/scheduler/tests/tests_scheduler.c}.
 */
@NullMarked
package org.dmafence.workload;

import org.jspecify.annotations.NullMarked;
