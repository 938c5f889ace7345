package org.dmafence.ftrace;

/** What CPUs, the display and the driver's page tables do beside the jobs: it tells why somebody was late. */
public sealed interface CpuEvent extends TraceEvent {
    /**
     * {@code sched_switch}.
     *
     * @param stillRunnable whether the task that leaves would rather stay
     */
    record Switch(Stamp stamp, int prevPid, boolean stillRunnable, int nextPid, String nextTask) implements CpuEvent {}

    /** {@code sched_waking}, {@code sched_wakeup}, {@code sched_wakeup_new}: a task may run again. */
    record Wakeup(Stamp stamp, int wokenPid, String wokenTask) implements CpuEvent {}

    /**
     * {@code drm_vblank_event}.
     *
     * @param vblankNs the display's own time for it, 0 if not told
     */
    record Vblank(Stamp stamp, int crtc, long sequence, long vblankNs) implements CpuEvent {}

    /** {@code amdgpu_vm_flush}. */
    record VmFlush(Stamp stamp, String ring, long vmid) implements CpuEvent {}

    /** {@code amdgpu_fence_fallback}: an interrupt was lost, and a timer found the end of the jobs. */
    record FenceFallback(Stamp stamp, String ring) implements CpuEvent {}
}
