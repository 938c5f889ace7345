/**
 * The embeddable system: drivers, schedulers and hardware engines as Akka Typed actors behind plain Java objects.
 *
 * <p>Start with {@link org.dmafence.actors.FenceSubsystem}: load a driver's jar, open a scheduler on one of its rings,
 * open an entity, submit jobs, wait for their {@code finished} fences, unload the driver and read the certificate.
 *
 * <h2>Who supervises whom</h2>
 *
 * <pre>
 *   GuardianActor
 *     DriverActor            one per loaded driver
 *       SchedulerActor       one per scheduler, with a SchedulerAgent: hosts the state machine of org.dmafence.sched
 *       EngineActor          one per hardware ring, with an EngineAgent: the only one that calls the ring
 * </pre>
 *
 * <p>Nothing is restarted. An actor that dies takes its children along, and every fence that it still owes signals with
 * an error. When an engine dies, its scheduler ends; when a scheduler dies, its engine does; the driver stays.
 *
 * <h2>A job's way</h2>
 *
 * <p>The submitter makes the fences, appends the job to the scheduler's inbox and rings if that was idle. The scheduler
 * appends what may run to the engine's inbox, up to 64 jobs as one item. The engine submits to the ring. When the
 * hardware fence signals, on whatever thread, it signals {@code finished} at once and appends the job to the
 * scheduler's inbox, for the job's credits. The engine's own thread appends up to 64 jobs as one item. Signalling needs
 * no message. Under load, a turn takes up to 512 items.
 *
 * <p>What is asked beside jobs (a priority, a flush, a kill) is carried out after everything that was submitted before.
 * No queue grows beyond its limit: {@link org.dmafence.actors.WhenFull} says what a submitter is told.
 *
 * <h2>When something hangs</h2>
 *
 * <p>A scheduler with a timeout keeps a timer wheel on the runtime's clock and looks at it with every batch and, while
 * it holds a timer, every 10 ms. {@code TimeoutHandler} tells what happens to a job, a driver's call or an engine that
 * takes too long: the hardware is asked first, and only time that somebody watched counts.
 *
 * <h2>Threads</h2>
 *
 * <p>Actors never wait and never run anybody else's code. {@code Agent}s do, on threads that they share
 * ({@code AgentThreads}): engines on those of their driver, which end with it and take along what it leaves in thread
 * locals; schedulers on those of the subsystem. Loading, opening rings and unloading have a short-lived thread each. A
 * driver that hangs holds up its own ring and its own unload, for as long as the settings allow.
 */
@NullMarked
package org.dmafence.actors;

import org.jspecify.annotations.NullMarked;
