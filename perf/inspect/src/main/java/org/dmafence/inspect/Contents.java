package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.ftrace.TraceSummary;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.dmafence.ftrace.TraceWarning;

/** Says what a capture holds and what it lacks. */
final class Contents {
    private static final String SCHEDULER = "gpu_scheduler";
    private static final String WAITS = "dma_fence:dma_fence_wait_start and dma_fence:dma_fence_wait_end";
    private static final String SIGNALS = "dma_fence:dma_fence_signaled";
    private static final String CPUS = "sched:sched_switch and sched:sched_waking";

    private static final Pattern VERSION = Pattern.compile("(?<= )[0-9]+\\.[0-9]+\\S*");

    private final Map<String, Long> events;
    private final Set<Dialect> dialects;
    private final List<Lack> lacks = new ArrayList<>();

    private Contents(TraceSummary summary) {
        events = summary.knownEvents();
        dialects = summary.dialects();
    }

    static CaptureFacts of(
            TraceReader reader,
            TraceSummary summary,
            long allCpusSinceNs,
            Collection<String> rings,
            Collection<String> clients) {
        Contents contents = new Contents(summary);
        return new CaptureFacts(
                summary.file(),
                reader.format(),
                reader.packing(),
                reader.clock(),
                kernel(reader.kernel()) + contents.generation(),
                summary.knownEvents(),
                summary.unknownEvents(),
                summary.firstNs(),
                summary.lastNs(),
                Math.max(0, summary.lastNs() - summary.firstNs()),
                allCpusSinceNs,
                reader.wholeSinceNs(),
                reader.lostEvents(),
                summary.rings().stream()
                        .map(RingId::device)
                        .filter(device -> !device.isEmpty())
                        .distinct()
                        .toList(),
                List.copyOf(rings),
                List.copyOf(clients),
                contents.lacks(summary));
    }

    private boolean has(String event) {
        return events.containsKey(event);
    }

    private boolean hasAny(String prefix) {
        return events.keySet().stream().anyMatch(event -> event.startsWith(prefix));
    }

    /** The version in what uname prints; the machine's name is nobody's business. */
    private static String kernel(String uname) {
        Matcher version = VERSION.matcher(uname);
        return version.find() ? "Linux " + version.group() + ", " : "";
    }

    private String generation() {
        List<String> words = new ArrayList<>();
        if (dialects.contains(Dialect.SINCE_6_17)) {
            words.add("Linux 6.17 or later (drm_sched_job_queue)");
        }
        if (dialects.contains(Dialect.BEFORE_6_17)) {
            words.add("before Linux 6.17 (drm_sched_job)");
        }
        if (dialects.contains(Dialect.DRIVER)) {
            words.add("the driver's own events");
        }
        if (hasAny("fence_")) {
            words.add("before Linux 4.10 (fence_*)");
        }
        if (words.isEmpty()) {
            words.add(hasAny("dma_fence_") ? "events of fences only" : "no events of jobs or fences");
        }
        return String.join(", ", words);
    }

    private List<Lack> lacks(TraceSummary summary) {
        boolean scheduler = dialects.contains(Dialect.SINCE_6_17) || dialects.contains(Dialect.BEFORE_6_17);
        boolean driver = dialects.contains(Dialect.DRIVER);
        if (!scheduler && !driver) {
            lack("which jobs there were, and how long they were queued and on the hardware", SCHEDULER);
        } else if (summary.jobs().done() == 0) {
            lack("when the hardware was done with a job", SCHEDULER + ", " + SIGNALS);
        }
        if (!scheduler || (!hasAny("drm_sched_job_add_dep") && !hasAny("drm_sched_job_wait_dep"))) {
            lack(
                    "what a job waited for before it could run",
                    "gpu_scheduler:drm_sched_job_add_dep (drm_sched_job_wait_dep before Linux 6.17)");
        }
        if (driver && !scheduler && summary.clients() == 0 && !dialects.contains(Dialect.SINCE_6_17)) {
            lack("which of a process' files a job came from", "gpu_scheduler on Linux 6.17 or later");
        }
        if (!has("dma_fence_wait_start") && !has("fence_wait_start") && !hasAny("i915_request_wait")) {
            lack("who waited for which fence, and for how long", WAITS);
        }
        if (!has("dma_fence_signaled") && !has("fence_signaled")) {
            lack("when fences signalled, and how long after the hardware's end", SIGNALS);
        }
        if (!has("sched_switch")) {
            lack("whether the worker that runs jobs, or a thread that waits, was late for want of a CPU", CPUS);
        } else if (!hasAny("sched_wak")) {
            lack("since when a thread that got a CPU could have run", "sched:sched_waking");
        }
        if (!hasAny("drm_vblank_event")) {
            lack("which refresh of the display a job was in time for", "drm:drm_vblank_event");
        }
        if (summary.warnings(TraceWarning.LOST_EVENTS) > 0) {
            lack("what happened where events were lost", "fewer events, or larger buffers (trace-cmd record -b)");
        }
        return List.copyOf(lacks);
    }

    private void lack(String question, String record) {
        lacks.add(new Lack(question, record));
    }
}
