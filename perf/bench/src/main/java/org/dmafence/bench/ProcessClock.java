package org.dmafence.bench;

import com.sun.jna.Native;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * CPU time of the whole process, collector and compiler included. By the system call where there is one, because the
 * JDK counts in ticks of ten milliseconds.
 */
final class ProcessClock {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2; // on Linux
    private static final boolean EXACT = probe();

    private ProcessClock() {}

    static long cpuNs() {
        if (EXACT) {
            long[] time = new long[2];
            if (SystemCall.clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time) == 0) {
                return time[0] * 1_000_000_000L + time[1];
            }
        }
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static boolean probe() {
        String arch = System.getProperty("os.arch", "");
        if (!System.getProperty("os.name", "").equals("Linux") || !(arch.equals("amd64") || arch.equals("aarch64"))) {
            return false; // elsewhere a struct timespec may look different
        }
        try {
            return SystemCall.clock_gettime(CLOCK_PROCESS_CPUTIME_ID, new long[2]) == 0;
        } catch (LinkageError e) {
            return false;
        }
    }

    /** Loads JNA's native part when it is first used. */
    private static final class SystemCall {
        static {
            Native.register(SystemCall.class, "c");
        }

        private SystemCall() {}

        /** {@code struct timespec} is two 64-bit words. */
        @SuppressWarnings("MemberName") // the name of the C function
        static native int clock_gettime(int clock, long[] time);
    }
}
