/**
 * The GPU scheduler: queues of jobs that share a hardware ring, and the fences that tell when a job was handed to the
 * hardware and when it finished.
 *
 * <p>Mirrors {@code drivers/gpu/drm/scheduler/} and {@code include/drm/gpu_scheduler.h} of Linux 7.2. Start with
 * {@link org.dmafence.sched.GpuScheduler}. It is a state machine: {@link org.dmafence.sched.SchedulerEvent}s go in,
 * calls on its {@link org.dmafence.sched.SchedulerPort} come out, time comes from the runtime's clock. It has no
 * threads and takes no locks; its host (an actor, a test) calls it from one thread at a time.
 *
 * <h2>The life of a job</h2>
 *
 * <p>A {@link org.dmafence.sched.SchedulerEntity} makes a {@link org.dmafence.sched.SchedulerJob}; it is given
 * dependencies,
 * <em>armed</em> (its scheduler is chosen and its fences exist from then on, so it must be pushed) and pushed. The
 * scheduler picks an entity by priority and {@link org.dmafence.sched.SchedulerPolicy}, waits for the job's
 * dependencies, and hands the job to the hardware when its credits fit. {@code scheduled} signals when the ring has
 * taken it, {@code finished} when its hardware fence signals, or with the error that says why it never will.
 *
 * <h2>Steps instead of workers</h2>
 *
 * <p>What the kernel's workers do is done in steps that the host runs, in the kernel's order. First the events that
 * were posted: {@code handle(event)} for each (the kernel's callbacks, and the work of killing), {@code onTimer()} when
 * the time asked for has come (its timeout worker). Then {@code runWork()} until it answers false (its ordered submit
 * workqueue, with the run worker and the free worker), then events again. With one thread and a clock moved by hand
 * every run is repeated exactly.
 *
 * <h2>When the hardware hangs</h2>
 *
 * <p>{@link org.dmafence.sched.SchedulerPort#timedOut} asks the driver, which resets by way of
 * {@link org.dmafence.sched.SchedulerRecovery} and answers a {@link org.dmafence.sched.JobTimeout}.
 *
 * <h2>Who may do what</h2>
 *
 * <table>
 *   <caption>Thread roles</caption>
 *   <tr><th>role</th><th>does</th></tr>
 *   <tr><td>submitter, one at a time per entity</td><td>makes, arms and posts jobs, replaces an entity's schedulers</td></tr>
 *   <tr><td>host, one at a time per scheduler</td><td>everything on {@code GpuScheduler} and {@code SchedulerRecovery}</td></tr>
 *   <tr><td>engine</td><td>{@code SchedulerJob.runOn}</td></tr>
 *   <tr><td>the thread that signals a fence</td><td>ends jobs, wakes entities; only ever posts to the scheduler</td></tr>
 * </table>
 */
@NullMarked
package org.dmafence.sched;

import org.jspecify.annotations.NullMarked;
