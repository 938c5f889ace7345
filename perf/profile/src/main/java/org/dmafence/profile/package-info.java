/**
 * Latency under load: sends jobs at times fixed beforehand, follows each along every edge of its way, and says how long
 * it took.
 *
 * <p>Start from {@link org.dmafence.profile.ShimProfile}, which runs one {@link org.dmafence.profile.Load} on one
 * driver, and {@link org.dmafence.profile.ProfileReport}, what comes of it. A latency counts from the time a job was
 * <em>meant</em> to be sent: a system that stalls holds up its sender too, and a clock that starts at the late sending
 * would never show it.
 *
 * <h2>A job's way</h2>
 *
 * <pre>
 *   intended   the load's timetable
 *     sent     the sender gets to it                    send-delay
 *     accepted the entity has taken the job             submit-queue
 *     run      the engine hands it to the hardware      queue-run
 *     signal   the hardware fence signals               run-signal
 *     callback the client's callback runs               signal-callback
 *     wake     a thread that slept goes on              signal-wake
 * </pre>
 *
 * <p>A fence wakes those who sleep for it before it runs callbacks, so the last edge begins at the signal, too.
 *
 * <h2>Threads</h2>
 *
 * <p>The sender sleeps until the next job is due and sends all that are. Callbacks run on the engines' threads; they
 * note the time and pass their {@link org.dmafence.profile.Probe} on. One recorder thread takes the probes and alone
 * touches the histograms. One more thread is a client that sleeps for each of its jobs. The thread that asked for the
 * profile watches, and has grace periods pass now and then. All times are of the runtime's clock.
 */
@NullMarked
package org.dmafence.profile;

import org.jspecify.annotations.NullMarked;
