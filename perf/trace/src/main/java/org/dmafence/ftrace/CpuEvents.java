package org.dmafence.ftrace;

import java.nio.charset.StandardCharsets;
import org.dmafence.capture.Fields;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.jspecify.annotations.Nullable;

/** Makes {@link CpuEvent}s. Nobody's job depends on them, so one that is not understood is left out. */
final class CpuEvents {
    private CpuEvents() {}

    static boolean knows(String event) {
        return switch (event) {
            case "sched_switch",
                    "sched_waking",
                    "sched_wakeup",
                    "sched_wakeup_new",
                    "drm_vblank_event",
                    "amdgpu_vm_flush",
                    "amdgpu_fence_fallback" -> true;
            default -> false;
        };
    }

    static @Nullable TraceEvent parse(String event, Stamp stamp, Fields f) {
        return switch (event) {
            case "sched_switch" ->
                f.has("next_pid")
                        ? new CpuEvent.Switch(
                                stamp,
                                (int) f.number("prev_pid"),
                                stays(f),
                                (int) f.number("next_pid"),
                                f.text("next_comm"))
                        : null;
            case "drm_vblank_event" ->
                f.has("crtc")
                        ? new CpuEvent.Vblank(stamp, (int) f.number("crtc"), f.number("seq"), f.number("time"))
                        : null;
            case "amdgpu_vm_flush" ->
                new CpuEvent.VmFlush(stamp, f.text("ring"), f.number(f.has("vmid") ? "vmid" : "id"));
            case "amdgpu_fence_fallback" -> new CpuEvent.FenceFallback(stamp, f.text("ring"));
            default -> f.has("pid") ? new CpuEvent.Wakeup(stamp, (int) f.number("pid"), f.text("comm")) : null;
        };
    }

    /** {@code prev_state=R}, {@code R+}, or the number 0, or one with the bit of a preemption. */
    private static boolean stays(Fields f) {
        String state = f.text("prev_state");
        if (!state.isEmpty() && Character.isLetter(state.charAt(0))) {
            return state.charAt(0) == 'R';
        }
        return (f.number("prev_state") & 0xff) == 0;
    }

    /**
     * {@code sched_switch} as a plug-in of trace-cmd prints it: {@code steam:25475 [120] S ==> swapper/3:0 [120]}; null
     * if it is not that.
     */
    static @Nullable TraceEvent switched(Stamp stamp, byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        int arrow = text.indexOf(" ==> ");
        if (arrow < 0) {
            return null;
        }
        int prev = pid(text, 0, arrow);
        int next = pid(text, arrow + 5, text.length());
        if (prev < 0 || next < 0) {
            return null;
        }
        String state = text.substring(text.lastIndexOf(' ', arrow - 1) + 1, arrow);
        int colon = text.lastIndexOf(':');
        return new CpuEvent.Switch(stamp, prev, state.startsWith("R"), next, text.substring(arrow + 5, colon));
    }

    /** {@code sched_wakeup} as that plug-in prints it: {@code gfx:190 [120] CPU:003}. */
    static @Nullable TraceEvent woken(Stamp stamp, byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        int bracket = text.indexOf(" [");
        int pid = bracket < 0 ? -1 : pid(text, 0, text.length());
        return pid < 0 ? null : new CpuEvent.Wakeup(stamp, pid, text.substring(0, text.lastIndexOf(':', bracket)));
    }

    /** The number in {@code comm:pid [prio]}, or -1. */
    private static int pid(String text, int from, int to) {
        int bracket = text.indexOf(" [", from);
        int colon = bracket < 0 ? -1 : text.lastIndexOf(':', bracket);
        if (bracket >= to || colon < from || colon + 1 == bracket || bracket - colon > 11) {
            return -1;
        }
        int pid = 0;
        for (int i = colon + 1; i < bracket; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            pid = pid * 10 + (c - '0');
        }
        return pid;
    }
}
