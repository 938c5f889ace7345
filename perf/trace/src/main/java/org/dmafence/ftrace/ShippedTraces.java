package org.dmafence.ftrace;

import java.io.InputStream;
import java.util.List;

/** The traces that come with dmafence, so that there is something to replay without a GPU. */
public final class ShippedTraces {
    /** One trace of each dialect, three rings, priorities, dependencies, waits, an erroring and a hanging job. */
    public static final List<String> DEFAULT = List.of("linux-7.2-sched-rich.txt", "linux-6.12-sched-rich.txt");

    private static final List<String> NAMES = List.of(
            "linux-7.2-sched-rich.txt",
            "linux-6.12-sched-rich.txt",
            "linux-7.2-sched-mixed.txt",
            "linux-6.12-sched-mixed.txt",
            "amdgpu-sched-6.17.txt",
            "msm-sched-ring0.txt",
            "msm-dma-fence.txt");

    private ShippedTraces() {}

    /** All names {@link #open} and {@link #reader} know. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Opens the bytes of a shipped trace.
     *
     * @throws IllegalArgumentException no such shipped trace
     */
    public static InputStream open(String name) {
        InputStream stream = NAMES.contains(name) ? ShippedTraces.class.getResourceAsStream(name) : null;
        if (stream == null) {
            throw new IllegalArgumentException(
                    "no shipped trace \"" + name + "\"; there are " + String.join(", ", NAMES));
        }
        return stream;
    }

    /**
     * Opens a shipped trace for reading events.
     *
     * @throws IllegalArgumentException no such shipped trace
     */
    public static TraceReader reader(String name) throws TraceFormatException {
        return TraceReader.of(open(name), name);
    }
}
