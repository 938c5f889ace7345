/**
 * The GPU scheduler: queues of jobs that share a hardware ring, and the fences that tell when a job was handed to the
 * hardware and when it finished.
 *
 * <p>Mirrors {@code drivers/gpu/drm/scheduler/} and {@code include/drm/gpu_scheduler.h} of Linux 7.2. Start with
 * {@link org.dmafence.sched.GpuScheduler}. It is a state machine: {@link org.dmafence.sched.SchedulerEvent}s go in,
 * calls on its {@link org.dmafence.sched.SchedulerPort} come out, time comes from the runtime's clock. It has no threads
 * and takes no locks; whoever hosts it (an actor, a test) calls it from one thread at a time.
 *
 * <h2>The life of a job</h2>
 *
 * <p>A {@link org.dmafence.sched.SchedulerEntity} makes a {@link org.dmafence.sched.SchedulerJob}; it is given dependencies,
 * <em>armed</em> (its fences exist from then on, so it must be pushed) and pushed. The scheduler picks the entity whose
 * oldest job was submitted first, waits for the job's dependencies, and hands the job to the hardware when its credits fit.
 * {@code scheduled} signals when the ring has taken it, {@code finished} when its hardware fence signals.
 *
 * <h2>Who may do what</h2>
 *
 * <table>
 *   <caption>Thread roles</caption>
 *   <tr><th>role</th><th>does</th></tr>
 *   <tr><td>submitter, one at a time per entity</td><td>makes, arms and posts jobs</td></tr>
 *   <tr><td>host, one at a time per scheduler</td><td>everything on {@code GpuScheduler}</td></tr>
 *   <tr><td>engine</td><td>{@code SchedulerJob.runOn}</td></tr>
 *   <tr><td>whoever signals a fence</td><td>ends jobs, wakes entities; only ever posts to the scheduler</td></tr>
 * </table>
 */
@NullMarked
package org.dmafence.sched;

import org.jspecify.annotations.NullMarked;
