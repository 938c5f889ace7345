/**
 * Replays the job stream of a kernel trace on a real stack of driver, scheduler and engine.
 *
 * <p>Start from {@link org.dmafence.replay.TraceReplay}, which feeds {@link org.dmafence.ftrace.ReplayStep}s to a
 * {@link org.dmafence.replay.Pipeline}. What the trace says is what the world around the scheduler does: who submits
 * what, what it depends on, when the hardware is done, which foreign fences signal. What the scheduler makes of it is
 * its own affair, and is compared with what the kernel's made of it, run by run
 * ({@link org.dmafence.replay.RunOrderCheck}).
 *
 * <p>A trace is read twice: {@link org.dmafence.replay.TraceScan} finds out how deep its rings are and what becomes of
 * its jobs, and proves that it can be read to its end. A job that the capture cuts off is left out.
 *
 * <p>After each step the replay waits until nothing moves any more, so a replay at full speed takes the same course
 * every time. Three rules close the gap between a trace and a simulated ring, which works strictly in order:
 *
 * <ul>
 *   <li>The completion of a job also ends the jobs in front of it on its ring, as a sequence number in hardware does.
 *   <li>A job that is completed before it could run here is completed as soon as it runs; a full ring is emptied for it.
 *   <li>A job that hangs in the trace ends with {@code -ECANCELED} when the driver is unloaded; one that was killed in it
 *       does as soon as it gets its turn, or then.
 * </ul>
 *
 * <p>Memory is bounded by the jobs in flight and {@link org.dmafence.replay.ReplayLimits}. Fences signal on the
 * engines' threads; their callbacks here only note the time and queue the job, and everything else belongs to the one
 * thread that calls {@link org.dmafence.replay.TraceReplay#step}.
 */
@NullMarked
package org.dmafence.replay;

import org.jspecify.annotations.NullMarked;
