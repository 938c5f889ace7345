package org.dmafence.report.tracks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.dmafence.rules.PerfettoTracks;
import org.junit.jupiter.api.Test;

class TrackWriterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TrackWriter writer = new TrackWriter(out);

    @Test
    void shouldWriteTracksSlicesArrowsAndCounters() {
        long device = writer.track(TrackWriter.NONE, "device");
        long ring = writer.track(device, "gfx: \u00e4");
        long counter = writer.counter(ring, "took");
        long arrow = writer.arrow();
        writer.instant(device, 5, TrackEvent.of("signals").arrow(arrow));
        writer.slice(
                ring,
                1L << 60,
                (1L << 60) + 300,
                TrackEvent.of("job").category("job").annotate("client", "game").arrowEnd(arrow));
        writer.count(counter, 7, 300);

        PerfettoTracks read = PerfettoTracks.of(out.toByteArray());
        assertThat(read.broken()).isEmpty();
        assertThat(read.tracks().values())
                .containsExactly("device", "device / gfx: \u00e4", "device / gfx: \u00e4 / took (counter)");
        assertThat(read.slices())
                .containsExactly("device / gfx: \u00e4: job [1152921504606846976, 1152921504606847276)");
    }

    @Test
    void shouldBeFoundOutWhenItIsBroken() {
        long arrow = writer.arrow();
        writer.instant(7, 5, TrackEvent.of("signals").arrow(arrow));

        assertThat(PerfettoTracks.of(out.toByteArray()).broken())
                .containsExactly("an event is on track 7, which is not described", "arrow 1 has 1 ends");
    }

    @Test
    void shouldSayThatItCanNotBeWritten() {
        TrackWriter full = new TrackWriter(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space");
            }
        });
        assertThatThrownBy(() -> full.track(TrackWriter.NONE, "x"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no space");
    }
}
