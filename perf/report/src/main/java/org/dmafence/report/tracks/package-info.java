/**
 * Writes what happened as tracks for Perfetto ({@code ui.perfetto.dev}): TrackEvents, in Protocol Buffers encoded by
 * hand. Numbers of fields are those of {@code perfetto_trace.proto}.
 *
 * <p>Start with {@link org.dmafence.report.tracks.TrackWriter}. Used by one thread.
 */
@NullMarked
package org.dmafence.report.tracks;

import org.jspecify.annotations.NullMarked;
