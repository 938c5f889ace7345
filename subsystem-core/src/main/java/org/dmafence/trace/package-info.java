/**
 * Tracepoints: what happens to fences, seen from outside, at the cost of one predictable branch while nobody looks.
 *
 * <p>Mirrors {@code include/trace/events/dma_fence.h} of Linux 7.2. Start with {@link org.dmafence.trace.FenceTrace}:
 * listeners get every event on the thread that causes it, and a flight recording gets the same events as
 * {@code dmafence.Fence*} (JFR), and the scheduler's as {@code dmafence.Job*}.
 * {@link org.dmafence.trace.FlightRecording} makes one into a file. The package knows no fence, only names and numbers,
 * so that everything may trace.
 */
@NullMarked
package org.dmafence.trace;

import org.jspecify.annotations.NullMarked;
