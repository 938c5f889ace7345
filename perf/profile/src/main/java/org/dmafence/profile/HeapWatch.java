package org.dmafence.profile;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.agrona.concurrent.NanoClock;

/** Notes how much of the heap is used after each collection. Its thread is the JVM's own for notifications. */
final class HeapWatch implements NotificationListener, AutoCloseable {
    /**
     * What a collection left.
     *
     * @param atNs on the runtime's clock, when it became known
     */
    record Sample(long atNs, long usedBytes) {}

    private final NanoClock clock;
    private final Set<String> heapPools;
    private final List<GarbageCollectorMXBean> collectors;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

    private HeapWatch(NanoClock clock) {
        this.clock = clock;
        heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        // The phases of a concurrent collection tell what was used in the midst of it.
        collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> !bean.getName().contains("Concurrent")
                        && !bean.getName().contains("Pauses"))
                .filter(NotificationEmitter.class::isInstance)
                .toList();
    }

    static HeapWatch start(NanoClock clock) {
        HeapWatch watch = new HeapWatch(clock);
        watch.collectors.forEach(bean -> ((NotificationEmitter) bean).addNotificationListener(watch, null, null));
        return watch;
    }

    @Override
    public void handleNotification(Notification notification, Object handback) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            var after = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                    .getGcInfo()
                    .getMemoryUsageAfterGc();
            long used = after.entrySet().stream()
                    .filter(pool -> heapPools.contains(pool.getKey()))
                    .map(Map.Entry::getValue)
                    .mapToLong(usage -> usage.getUsed())
                    .sum();
            samples.add(new Sample(clock.nanoTime(), used));
        }
    }

    /** Those within some time, in order. */
    List<Sample> between(long fromNs, long untilNs) {
        return samples.stream()
                .filter(sample -> sample.atNs >= fromNs && sample.atNs < untilNs)
                .toList();
    }

    /** Collects everything that can be, and tells what is left. */
    static long collect() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() {
        for (GarbageCollectorMXBean bean : collectors) {
            try {
                ((NotificationEmitter) bean).removeNotificationListener(this);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException("the listener of " + bean.getName() + " is gone", e);
            }
        }
    }
}
