package org.dmafence.capture.perfetto;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import org.dmafence.capture.CaptureException;
import org.jspecify.annotations.Nullable;

/**
 * Which event a field of {@code FtraceEvent} is, and how its own fields are numbered: those with a message of their own
 * in Perfetto's {@code ftrace/*.proto}, and those the trace itself describes.
 */
final class EventNames {
    /** An event's name, and the numbers of its fields. */
    record Described(String name, Map<String, Integer> numbers) {}

    private static final int MAX_DESCRIBED = 1 << 16;
    private static final List<String> FENCE = List.of("context", "driver", "seqno", "timeline");
    private static final List<String> JOB = List.of("entity", "fence", "hw_job_count", "id", "job_count", "name");
    private static final List<String> JOB_SINCE_6_17 =
            List.of("name", "job_count", "hw_job_count", "dev", "fence_context", "fence_seqno", "client_id");
    private static final List<String> DEPENDENCY = List.of("fence_context", "fence_seqno", "ctx", "seqno");
    private static final List<String> WAKEUP = List.of("comm", "pid", "prio", "success", "target_cpu");
    private static final List<String> VIRTIO =
            List.of("ctx_id", "dev", "fence_id", "flags", "name", "num_free", "seqno", "type", "vq");

    private final Int2ObjectHashMap<Described> events = new Int2ObjectHashMap<>();

    EventNames() {
        add(
                4,
                "sched_switch",
                List.of("prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio"));
        add(17, "sched_wakeup", WAKEUP);
        add(20, "sched_waking", WAKEUP);
        add(316, "fence_init", FENCE);
        add(317, "fence_destroy", FENCE);
        add(318, "fence_enable_signal", FENCE);
        add(319, "fence_signaled", FENCE);
        add(409, "drm_vblank_event", List.of("crtc", "high_prec", "seq", "time"));
        add(411, "drm_sched_job", JOB);
        add(412, "drm_run_job", JOB);
        add(413, "drm_sched_process_job", List.of("fence"));
        add(414, "dma_fence_init", FENCE);
        add(415, "dma_fence_emit", FENCE);
        add(416, "dma_fence_signaled", FENCE);
        add(417, "dma_fence_wait_start", FENCE);
        add(418, "dma_fence_wait_end", FENCE);
        add(468, "virtio_gpu_cmd_queue", VIRTIO);
        add(469, "virtio_gpu_cmd_response", VIRTIO);
        add(591, "drm_sched_job_add_dep", DEPENDENCY);
        add(592, "drm_sched_job_done", List.of("fence_context", "fence_seqno"));
        add(593, "drm_sched_job_queue", JOB_SINCE_6_17);
        add(594, "drm_sched_job_run", JOB_SINCE_6_17);
        add(595, "drm_sched_job_unschedulable", DEPENDENCY);
    }

    private void add(int number, String name, List<String> fields) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            numbers.put(fields.get(i), i + 1);
        }
        events.put(number, new Described(name, numbers));
    }

    @Nullable Described get(int number) {
        return events.get(number);
    }

    /** Learns an event from a {@code GenericEventDescriptor}. */
    void describe(WireReader descriptor) throws CaptureException {
        int number = 0;
        WireReader message = null;
        while (descriptor.next()) {
            if (descriptor.field == 1) {
                number = (int) descriptor.value;
            } else if (descriptor.field == 2 && descriptor.type == WireReader.BYTES) {
                message = new WireReader(descriptor.bytes(), descriptor.from, descriptor.end);
            }
        }
        if (message == null || number <= 0 || events.size() >= MAX_DESCRIBED) {
            return;
        }
        String name = "";
        Map<String, Integer> numbers = new HashMap<>();
        while (message.next()) {
            if (message.field == 1) {
                name = message.text();
            } else if (message.field == 2 && message.type == WireReader.BYTES) {
                field(new WireReader(message.bytes(), message.from, message.end), numbers);
            }
        }
        events.put(number, new Described(name, numbers));
    }

    private static void field(WireReader field, Map<String, Integer> numbers) throws CaptureException {
        String name = "";
        int number = 0;
        while (field.next()) {
            if (field.field == 1) {
                name = field.text();
            } else if (field.field == 3) {
                number = (int) field.value;
            }
        }
        numbers.put(name, number);
    }
}
