/**
 * Turns a capture of a kernel into the stream of jobs that {@code compare} replays.
 *
 * <p>Two layers, both single-pass and streaming:
 *
 * <ol>
 *   <li>{@link org.dmafence.ftrace.TraceReader} opens a capture of any format that {@link org.dmafence.capture} has a reader of,
 *       and yields {@link org.dmafence.ftrace.TraceEvent}s. It knows the events of the {@code dma_fence} system,
 *       {@code sync_timeline}, both dialects of {@code gpu_scheduler} (pointers before Linux 6.17, {@code context:seqno} since),
 *       and drivers' own as {@link org.dmafence.ftrace.DriverJob}s. Everything else is counted, never an error.
 *   <li>{@link org.dmafence.ftrace.JobStream} relates the events to each other and yields
 *       {@link org.dmafence.ftrace.ReplayStep}s in the order of the file. A job's dependencies are printed after its
 *       submission, so a submission is held back, with everything behind it, until the job ran or ended, or until the
 *       look-ahead window is full.
 * </ol>
 *
 * <p>Memory is bounded by the jobs in flight, the rings and the caps in {@link org.dmafence.ftrace.TraceLimits}, not by
 * the length of the file. What could not be understood ends up in {@link org.dmafence.ftrace.TraceSummary}, with the
 * first places of each kind; only input that is no usable trace at all is a
 * {@link org.dmafence.ftrace.TraceFormatException}.
 *
 * <p>Kernel counterparts: {@code include/trace/events/dma_fence.h},
 * {@code drivers/gpu/drm/scheduler/gpu_scheduler_trace.h}, {@code drivers/dma-buf/sync_trace.h}, and the line layout of
 * {@code kernel/trace/trace_output.c}.
 *
 * <p>Threads: nothing here is shared. A reader, its stream and their summary belong to one thread.
 *
 * <p>Start from {@link org.dmafence.ftrace.JobStream}; {@link org.dmafence.ftrace.ShippedTraces} has something to feed
 * it.
 */
@NullMarked
package org.dmafence.ftrace;

import org.jspecify.annotations.NullMarked;
