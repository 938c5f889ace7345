package org.dmafence.inspect;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.dmafence.ftrace.CpuEvent;
import org.dmafence.ftrace.DriverJob;
import org.dmafence.ftrace.TraceEvent;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmRunJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobQueue;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobRun;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.jobs.JobLife;
import org.jspecify.annotations.Nullable;

/**
 * Sees every event as it is read and remembers, for a while, what the steps of jobs and waits do not carry: who
 * submitted, ran, signalled and woke. Steps are late by as much as their stream looks ahead; what is kept here reaches
 * further back than that.
 */
final class Witness implements Consumer<TraceEvent> {
    /** Twice what a stream holds back by default. */
    static final int MEMORY = 1 << 17;

    private static final int MAX_THREADS = 1 << 16;

    private static final int MAX_FALLBACKS = 256;

    private static final int MAX_DISPLAYS = 16;

    /** A minute of the fastest display. */
    private static final int MAX_REFRESHES = 1 << 14;

    /** A driver makes its fence while it is handed the job. */
    private static final long HANDING_OVER_NS = 5_000_000;

    /** A fallback's event comes before or after the signals that it finds. */
    private static final long BESIDE_NS = 200_000;

    /** A moment of a job or thread: the number is the job's or the thread's. */
    private record At(long timeNs, long number) {}

    /** When a thread could go on, and when it did. */
    record OnCpu(long wokenNs, long onCpuNs) {}

    private final Map<At, Stamp> submitters = new Recent<>(MEMORY);
    private final Map<At, Handover> handovers = new Recent<>(MEMORY);
    private final Map<Long, Handover> byHardwareFence = new Recent<>(MEMORY);
    private final Map<Integer, Handover> lastRun = new Recent<>(MAX_THREADS);
    private final Map<Long, Stamp> signals = new Recent<>(MEMORY);
    private final Map<At, OnCpu> wakes = new Recent<>(MEMORY);
    private final Map<Integer, ThreadClock> threads = new Recent<>(MAX_THREADS);
    private final Map<String, ArrayDeque<Long>> fallbacks = new HashMap<>();
    private final Map<Integer, ArrayDeque<CpuEvent.Vblank>> refreshes = new LinkedHashMap<>();

    @Override
    public void accept(TraceEvent event) {
        if (event instanceof CpuEvent cpu) {
            cpu(cpu);
        } else if (event instanceof DmaFence fence) {
            fence(fence);
        } else if (event instanceof DrmSchedJobQueue e) {
            submitters.put(new At(e.stamp().timeNs(), e.seqno()), e.stamp());
        } else if (event instanceof DrmSchedJob e) {
            submitters.put(new At(e.stamp().timeNs(), e.id()), e.stamp());
        } else if (event instanceof DrmSchedJobRun e) {
            run(e.stamp(), e.seqno());
        } else if (event instanceof DrmRunJob e) {
            run(e.stamp(), e.id());
        } else if (event instanceof DriverJob e) {
            driver(e);
        }
    }

    private void driver(DriverJob e) {
        switch (e.action()) {
            case SUBMITTED -> submitters.put(new At(e.stamp().timeNs(), e.id()), e.stamp());
            case RUN -> run(e.stamp(), e.id());
            case WAIT_END -> woke(e.stamp());
            default -> {
                // Nobody is asked who did the others.
            }
        }
    }

    private void run(Stamp stamp, long job) {
        ThreadClock thread = threads.get(stamp.pid());
        Handover handover = new Handover(
                stamp,
                thread == null ? JobLife.NEVER : thread.wokenNs(),
                thread == null ? JobLife.NEVER : thread.onCpuNs());
        handovers.put(new At(stamp.timeNs(), job), handover);
        lastRun.put(stamp.pid(), handover);
    }

    private void fence(DmaFence e) {
        switch (e.action()) {
            case INIT, EMIT -> {
                Handover run = FenceName.isSchedulers(e.driver())
                        ? null
                        : lastRun.get(e.stamp().pid());
                if (run != null && e.stamp().timeNs() - run.stamp.timeNs() < HANDING_OVER_NS) {
                    byHardwareFence.put(FenceName.key(e.context(), e.seqno()), run);
                }
            }
            case SIGNALED -> {
                long key = FenceName.key(e.context(), e.seqno());
                signals.put(key, e.stamp());
                Handover run = byHardwareFence.remove(key);
                if (run != null) {
                    run.hardwareSignaledNs = e.stamp().timeNs();
                }
            }
            case WAIT_END -> woke(e.stamp());
            default -> {
                // The rest says nothing about time.
            }
        }
    }

    private void woke(Stamp stamp) {
        ThreadClock thread = threads.get(stamp.pid());
        if (thread != null) {
            wakes.put(new At(stamp.timeNs(), stamp.pid()), new OnCpu(thread.wokenNs(), thread.onCpuNs()));
        }
    }

    private void cpu(CpuEvent event) {
        if (event instanceof CpuEvent.Switch e) {
            long timeNs = e.stamp().timeNs();
            if (e.prevPid() != 0) {
                thread(e.prevPid()).left(timeNs, e.stillRunnable());
            }
            if (e.nextPid() != 0) {
                thread(e.nextPid()).entered(timeNs);
            }
        } else if (event instanceof CpuEvent.Wakeup e && e.wokenPid() != 0) {
            thread(e.wokenPid()).woken(e.stamp().timeNs());
        } else if (event instanceof CpuEvent.FenceFallback e
                && (fallbacks.size() < MAX_FALLBACKS || fallbacks.containsKey(e.ring()))) {
            ArrayDeque<Long> times = fallbacks.computeIfAbsent(e.ring(), ring -> new ArrayDeque<>());
            times.add(e.stamp().timeNs());
            if (times.size() > MAX_FALLBACKS) {
                times.remove();
            }
        } else if (event instanceof CpuEvent.Vblank e
                && (refreshes.size() < MAX_DISPLAYS || refreshes.containsKey(e.crtc()))) {
            ArrayDeque<CpuEvent.Vblank> display = refreshes.computeIfAbsent(e.crtc(), crtc -> new ArrayDeque<>());
            display.add(e);
            if (display.size() > MAX_REFRESHES) {
                display.remove();
            }
        }
    }

    /** The refreshes between two times, of the display that had the most; null if there were none. */
    @Nullable Refreshes refreshes(long fromNs, long toNs) {
        Refreshes most = null;
        for (Map.Entry<Integer, ArrayDeque<CpuEvent.Vblank>> display : refreshes.entrySet()) {
            long count = 0;
            long first = 0;
            Iterator<CpuEvent.Vblank> latestFirst = display.getValue().descendingIterator();
            while (latestFirst.hasNext()) {
                CpuEvent.Vblank refresh = latestFirst.next();
                if (refresh.stamp().timeNs() < fromNs) {
                    break;
                }
                if (refresh.stamp().timeNs() < toNs) {
                    count++;
                    first = refresh.sequence();
                }
            }
            if (count > 0 && (most == null || count > most.count())) {
                most = new Refreshes(display.getKey(), first, count);
            }
        }
        return most;
    }

    private ThreadClock thread(int pid) {
        return threads.computeIfAbsent(pid, p -> new ThreadClock());
    }

    /** Who submitted a job at that time; forgets it. */
    @Nullable Stamp submitter(long timeNs, long job) {
        return submitters.remove(new At(timeNs, job));
    }

    /** How a job that ran at that time was handed over; forgets it. */
    @Nullable Handover handover(long timeNs, long job) {
        return handovers.remove(new At(timeNs, job));
    }

    /** Where a fence's last signal came from. */
    @Nullable Stamp signal(FenceName fence) {
        return signals.get(fence.key());
    }

    /** How a thread came out of a wait that it ended at that time; forgets it. */
    @Nullable OnCpu wake(long timeNs, int pid) {
        return wakes.remove(new At(timeNs, pid));
    }

    /** Whether a timer found the end of a job of that ring at that time, for want of an interrupt. */
    boolean foundByFallback(String ring, long endedNs) {
        ArrayDeque<Long> times = fallbacks.get(ring);
        return times != null && times.stream().anyMatch(t -> Math.abs(t - endedNs) <= BESIDE_NS);
    }
}
