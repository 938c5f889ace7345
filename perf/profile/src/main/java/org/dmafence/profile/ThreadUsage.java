package org.dmafence.profile;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every thread has allocated and computed up to some time. */
final class ThreadUsage {
    /** Whose threads they are. */
    enum Group {
        SENDER("sender: makes the jobs and submits them"),
        SCHEDULERS("schedulers: the agents that choose"),
        ENGINES("engines: hardware, signalling, callbacks"),
        RECORDER("recorder: this instrument"),
        OTHERS("other threads: sleeper, timers, watcher"),
        JVM("JVM: compilers, collectors");

        final String label;

        Group(String label) {
            this.label = label;
        }

        static Group of(String thread) {
            return thread.equals(ShimProfile.SENDER)
                    ? SENDER
                    : thread.equals(ShimProfile.RECORDER)
                            ? RECORDER
                            : thread.contains("dmafence-scheduler")
                                    ? SCHEDULERS
                                    : thread.contains("dmafence-engine") ? ENGINES : OTHERS;
        }
    }

    /**
     * What a group of threads used per job.
     *
     * @param group whose threads
     */
    public record PerJob(String group, double bytes, double cpuNs) {}

    private record Used(Group group, long bytes, long cpuNs) {}

    private final Map<Long, Used> threads = new HashMap<>();
    private final long processCpuNs;

    private ThreadUsage() {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] ids = bean.getAllThreadIds();
        long[] bytes = bean.getThreadAllocatedBytes(ids);
        ThreadInfo[] infos = bean.getThreadInfo(ids);
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null) {
                Group group = Group.of(infos[i].getThreadName());
                threads.put(ids[i], new Used(group, bytes[i], bean.getThreadCpuTime(ids[i])));
            }
        }
        processCpuNs = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static ThreadUsage now() {
        return new ThreadUsage();
    }

    /**
     * What was used since, by threads that still live.
     *
     * @param jobs to share it among
     */
    List<PerJob> since(ThreadUsage before, long jobs) {
        Map<Group, Used> sums = new EnumMap<>(Group.class);
        long cpuNs = 0;
        for (Group group : Group.values()) {
            sums.put(group, new Used(group, 0, 0));
        }
        for (Map.Entry<Long, Used> thread : threads.entrySet()) {
            Used now = thread.getValue();
            Used then = before.threads.getOrDefault(thread.getKey(), new Used(now.group, 0, 0));
            Used more = new Used(now.group, now.bytes - then.bytes, now.cpuNs - then.cpuNs);
            cpuNs += more.cpuNs;
            sums.merge(now.group, more, (a, b) -> new Used(a.group, a.bytes + b.bytes, a.cpuNs + b.cpuNs));
        }
        long jvmNs = Math.max(0, processCpuNs - before.processCpuNs - cpuNs);
        sums.put(Group.JVM, new Used(Group.JVM, 0, jvmNs));
        List<PerJob> perJob = new ArrayList<>();
        double share = Math.max(1, jobs);
        sums.forEach((group, used) -> perJob.add(new PerJob(group.label, used.bytes / share, used.cpuNs / share)));
        return perJob;
    }
}
