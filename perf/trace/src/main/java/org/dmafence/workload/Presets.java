package org.dmafence.workload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The workloads that come with the program. */
public final class Presets {
    private static final String FILE = "presets.txt";

    private Presets() {}

    /** All of them. */
    public static List<Workload> all(long seed) {
        try {
            return WorkloadParser.parse(text(), FILE, seed);
        } catch (WorkloadFormatException e) {
            throw new IllegalStateException("the workloads that come with the program: " + e.getMessage(), e);
        }
    }

    /** What they are written in, as an example for others. */
    public static String text() {
        try (InputStream stream = Presets.class.getResourceAsStream(FILE)) {
            if (stream == null) {
                throw new IllegalStateException("the program is incomplete: " + FILE + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
