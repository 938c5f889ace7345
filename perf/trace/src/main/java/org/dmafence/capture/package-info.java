/**
 * What every capture of a kernel comes down to, whatever its format: events with a time, a CPU, a task, a name and
 * arguments, one after the other.
 *
 * <p>A {@link org.dmafence.capture.CaptureReader} reads one format and tells a {@link org.dmafence.capture.CaptureSink}
 * of each event by showing it a {@link org.dmafence.capture.CaptureEvent}, which is one object that is filled anew each
 * time. The arguments are either text as the kernel printed it, or {@link org.dmafence.capture.Fields} by their names
 * in the kernel's format files. Nothing is kept here, so memory does not grow with the capture.
 *
 * <p>Formats live in the packages below: {@code text} for what ftrace, {@code trace-cmd report}, {@code perf script}
 * and the kernel's log print, {@code wrap} for compression around any of them.
 *
 * <p>Threads: a reader, its event and its sink belong to one thread.
 *
 * <p>Start from {@link org.dmafence.capture.CaptureReader}.
 */
@NullMarked
package org.dmafence.capture;

import org.jspecify.annotations.NullMarked;
