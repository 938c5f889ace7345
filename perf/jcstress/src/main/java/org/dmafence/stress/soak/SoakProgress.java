package org.dmafence.stress.soak;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells how far a soak is, and notices when it is not getting on. */
final class SoakProgress {
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(60);

    private final PrintStream out;
    private final long everyNs;
    private final long startNs = System.nanoTime();
    private long toldNs = startNs;
    private long movedNs = startNs;
    private long seen;

    SoakProgress(PrintStream out, long everySeconds) {
        this.out = out;
        this.everyNs = TimeUnit.SECONDS.toNanos(everySeconds);
    }

    /** Looks; false if nothing has been going on for too long. */
    boolean look(SoakRun run) {
        long nowNs = System.nanoTime();
        if (run.made() != seen) {
            seen = run.made();
            movedNs = nowNs;
        }
        if (nowNs - toldNs >= everyNs) {
            toldNs = nowNs;
            tell(run, nowNs);
        }
        if (nowNs - movedNs < STUCK_NS) {
            return true;
        }
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            out.println(each.getKey().getName());
            for (StackTraceElement element : each.getValue()) {
                out.println("    at " + element);
            }
        }
        return false;
    }

    void end(SoakRun run) {
        tell(run, System.nanoTime());
    }

    private void tell(SoakRun run, long nowNs) {
        double seconds = (nowNs - startNs) / 1e9;
        out.printf(
                "%,d fences in %.1f s, %.2f million a second; %s%n",
                run.made(), seconds, run.made() / seconds / 1e6, run.text());
    }
}
