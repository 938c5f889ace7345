package org.dmafence.capture.tracedat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the ring buffers of a kernel, which has a part for each CPU: the main one, or an instance.
 *
 * @param name of the instance; empty for the main one
 * @param clock as the kernel calls it; empty where the file does not tell
 */
record Recording(String name, String clock) {
    /** Clocks that count from one beginning are one. */
    private String kind() {
        String plain = clock.startsWith("[") && clock.endsWith("]") ? clock.substring(1, clock.length() - 1) : clock;
        return plain.equals("global") || plain.equals("perf") ? "local" : plain;
    }

    /** What a user calls it. */
    String described() {
        return (name.isEmpty() ? "the main buffer" : "buffer " + name) + ", of clock " + clock;
    }

    /**
     * Those whose times can be compared: of the clock that most of the data has.
     *
     * @param others gets one of each recording that is left out
     */
    static List<CpuBuffer> ofOneClock(List<CpuBuffer> buffers, List<Recording> others) {
        Map<String, Long> sizes = new HashMap<>();
        String most = "";
        for (CpuBuffer buffer : buffers) {
            String kind = buffer.recording.kind();
            if (!kind.isEmpty() && sizes.merge(kind, buffer.size, Long::sum) > sizes.getOrDefault(most, 0L)) {
                most = kind;
            }
        }
        List<CpuBuffer> kept = new ArrayList<>();
        for (CpuBuffer buffer : buffers) {
            String kind = buffer.recording.kind();
            if (kind.isEmpty() || kind.equals(most)) {
                kept.add(buffer);
            } else if (!others.contains(buffer.recording)) {
                others.add(buffer.recording);
            }
        }
        return kept;
    }
}
