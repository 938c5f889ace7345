/**
 * Reads {@code trace.dat}, what {@code trace-cmd record} writes, of versions 6 and 7: the kernel's ring buffers page by
 * page, with the descriptions of events that the kernel itself put beside them. Either byte order, longs of 4 or 8
 * bytes, several buffers (instances), compressed or not. Options that are not understood are skipped.
 *
 * <p>Each CPU's buffer is read on its own, a page or a compressed chunk at a time, and the events are merged by time.
 *
 * <p>Counterparts: {@code trace-cmd.dat.v6(5)}, {@code trace-cmd.dat.v7(5)}, the kernel's {@code ring_buffer.c}.
 *
 * <p>Start from {@link org.dmafence.capture.tracedat.TraceDatReader}.
 */
@NullMarked
package org.dmafence.capture.tracedat;

import org.jspecify.annotations.NullMarked;
