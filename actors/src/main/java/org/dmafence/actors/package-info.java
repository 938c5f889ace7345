/**
 * The embeddable system: drivers, schedulers and hardware engines as Akka Typed actors behind plain Java objects.
 *
 * <p>Start with {@link org.dmafence.actors.FenceSubsystem}: load a driver's jar, open a scheduler on one of its rings, open an
 * entity, submit jobs, wait for their {@code finished} fences, unload the driver and read the certificate.
 *
 * <h2>Who supervises whom</h2>
 *
 * <pre>
 *   GuardianActor
 *     DriverActor            one per loaded driver
 *       SchedulerActor       one per scheduler: the state machine of org.dmafence.sched
 *       EngineActor          one per hardware ring: the only one that calls the ring
 * </pre>
 *
 * <p>Nothing is restarted: whatever dies takes its children along, and every fence it still owes signals with an error. When an
 * engine dies, its scheduler ends; when a scheduler dies, its engine does; the driver stays.
 *
 * <h2>A job's way</h2>
 *
 * <p>The submitter makes the fences, appends the job to the scheduler's inbox and rings if the actor was idle. The scheduler
 * appends what may run to the engine's inbox, up to 64 jobs as one item. The engine submits to the ring. The hardware fence,
 * whoever signals it, signals {@code finished} on the spot and appends the job to the scheduler's inbox for its credits; the
 * engine's own thread appends up to 64 jobs as one item. Signalling needs no message; at load, a message carries up to 512
 * items.
 *
 * <p>What is asked beside jobs (a priority, a flush, a kill) is carried out behind everything submitted before. No queue
 * grows beyond its limit: {@link org.dmafence.actors.WhenFull} says what a submitter is told.
 *
 * <h2>When something hangs</h2>
 *
 * <p>A scheduler with a timeout keeps a timer wheel on the runtime's clock and looks at it with every batch and, while it
 * holds a timer, every 10 ms. {@code HangWatch} tells what happens to a job, a driver's call or an engine that takes too long:
 * the hardware is asked first, and only time that somebody watched counts.
 *
 * <h2>Threads</h2>
 *
 * <p>Drivers' code runs on threads that are nobody else's: an engine has one of its own, and loading, opening rings and
 * unloading have a short-lived one each. A driver that hangs holds up its own ring and its own unload, for as long as the
 * settings allow; thread locals that it leaves behind die with the thread. No actor waits for a fence.
 */
@NullMarked
package org.dmafence.actors;

import org.jspecify.annotations.NullMarked;
