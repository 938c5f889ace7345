package org.dmafence.module;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.dmafence.concurrent.Uninterruptibly;
import org.jspecify.annotations.Nullable;

/** Has the JVM collect everything once, classes too, at no higher price than allowed, and looks whether it did. */
final class Collector {
    /** Up to how many megabytes of old objects a full collection counts as cheap: about a quarter of a second. */
    static final int SMALL_MB = 256;

    private static final long SMALL_BYTES = SMALL_MB * 1024L * 1024L;
    private static final String PERIODIC = "G1PeriodicGCInterval";
    private static final String PERIODIC_MS = "100";
    private static final String EXPLICIT_IS_CONCURRENT = "ExplicitGCInvokesConcurrent";
    /** Two until what is young has been promoted, one that takes it, and one that may have begun before. */
    private static final int CONCURRENT_TRIES = 4;

    private static final long LOOK_NS = 5_000_000;

    /** What came of asking. */
    enum Outcome {
        /** Whatever could go has gone. */
        COLLECTED,
        /** Objects went, classes stayed: the JVM unloads none, or kept these for being young. */
        CLASSES_STAY,
        /** Nothing went. */
        NOTHING
    }

    private Collector() {}

    /** Whether asking again and again is no burden. */
    static boolean isCheap(CollectionEffort effort) {
        return effort == CollectionEffort.FULL || (effort == CollectionEffort.GENTLE && isHeapSmall());
    }

    /**
     * Asks once and waits until it is done.
     *
     * @param enough ends the waiting, if not the collection
     */
    static Outcome collect(CollectionEffort effort, long timeoutNs, BooleanSupplier enough) {
        LoaderCanary canary = new LoaderCanary();
        long deadline = System.nanoTime() + timeoutNs;
        if (effort == CollectionEffort.NONE) {
            await(() -> canary.isGone() || enough.getAsBoolean(), deadline);
        } else if (isCheap(effort) || !Flags.isConcurrentG1()) {
            System.gc();
        } else {
            concurrently(canary, enough, deadline);
        }
        if (canary.isGone()) {
            return Outcome.COLLECTED;
        }
        return canary.isObjectGone() ? Outcome.CLASSES_STAY : Outcome.NOTHING;
    }

    /** Begins concurrent collections of G1's until one has taken the canary. */
    private static void concurrently(LoaderCanary canary, BooleanSupplier enough, long deadline) {
        Ballast ballast = new Ballast();
        BooleanSupplier done = () -> {
            ballast.look();
            return canary.isGone() || enough.getAsBoolean();
        };
        if (Flags.is(EXPLICIT_IS_CONCURRENT, "true")) {
            for (int i = 0; i < CONCURRENT_TRIES && !done.getAsBoolean() && System.nanoTime() - deadline < 0; i++) {
                System.gc();
            }
            return;
        }
        Flags.beginPeriodic();
        try {
            await(done, deadline);
        } finally {
            Flags.endPeriodic();
        }
    }

    /** Why nothing was collected, as far as the JVM's flags tell. */
    static String reason(Outcome outcome) {
        if (outcome == Outcome.CLASSES_STAY) {
            return Flags.is("ClassUnloading", "false")
                    ? "the JVM unloads no classes (-Xnoclassgc)"
                    : "no collection took classes that were loaded lately";
        }
        return Flags.is("DisableExplicitGC", "true")
                ? "no collection took place, for the JVM takes no requests (-XX:+DisableExplicitGC)"
                : "no collection took place";
    }

    private static void await(BooleanSupplier done, long deadline) {
        boolean unused = Uninterruptibly.within(deadline - System.nanoTime(), done, new SleepingIdleStrategy(LOOK_NS));
    }

    private static boolean isHeapSmall() {
        Runtime jvm = Runtime.getRuntime();
        if (jvm.totalMemory() - jvm.freeMemory() <= SMALL_BYTES) {
            return true;
        }
        try {
            return oldBytes() <= SMALL_BYTES;
        } catch (LinkageError withoutManagement) {
            return false;
        }
    }

    /** What is in the pools that outlast a young collection; those are the ones with a threshold. */
    private static long oldBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported())
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    /** The JVM's flags, where its management module is there. */
    private static final class Flags {
        private static int users;
        private static @Nullable String before;

        private Flags() {}

        /** The flag is the process's, and several may want it at a time: the first sets it, the last puts it back. */
        static synchronized void beginPeriodic() {
            if (users++ == 0) {
                before = value(PERIODIC);
                set(PERIODIC, PERIODIC_MS);
            }
        }

        static synchronized void endPeriodic() {
            if (--users == 0) {
                set(PERIODIC, before);
            }
        }

        /**
         * Whether it is G1, and can be made to collect concurrently. ZGC and Shenandoah do so when asked for a full
         * collection.
         */
        static boolean isConcurrentG1() {
            return is("UseG1GC", "true")
                    && is("DisableExplicitGC", "false")
                    && (is(EXPLICIT_IS_CONCURRENT, "true") || is("G1PeriodicGCInvokesConcurrent", "true"));
        }

        static boolean is(String flag, String value) {
            return value.equals(value(flag));
        }

        static @Nullable String value(String flag) {
            try {
                HotSpotDiagnosticMXBean jvm = bean();
                return jvm == null ? null : jvm.getVMOption(flag).getValue();
            } catch (IllegalArgumentException | LinkageError unknown) {
                return null;
            }
        }

        private static void set(String flag, @Nullable String value) {
            HotSpotDiagnosticMXBean jvm = bean();
            if (jvm != null && value != null) {
                jvm.setVMOption(flag, value);
            }
        }

        private static @Nullable HotSpotDiagnosticMXBean bean() {
            return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        }
    }
}
