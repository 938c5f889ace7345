package org.dmafence.lockdep;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Runs code and answers what the checker reports of it. The code has a graph of its own, which knows nothing but the
 * order that is known from the start.
 *
 * <p>The graph is that of the process while the code runs, so whatever other threads do meanwhile is looked at as well.
 * One trial at a time.
 */
public final class LockdepTrial {
    private static final Object ONE_AT_A_TIME = new Object();

    private LockdepTrial() {}

    /** Code that may throw. */
    @FunctionalInterface
    public interface Body {
        /** Does it. */
        void run() throws Exception;
    }

    /**
     * Runs the code on the calling thread.
     *
     * @return what was reported, in order
     * @throws IllegalStateException if the checker is off
     */
    public static List<LockdepReport> run(Body body) throws Exception {
        if (!Lockdep.ON) {
            throw new IllegalStateException(
                    "lockdep is off; start the JVM with -D" + Lockdep.PROPERTY + "=true to see what it reports");
        }
        List<LockdepReport> reports = new CopyOnWriteArrayList<>();
        synchronized (ONE_AT_A_TIME) {
            LockGraph before = LockGraph.current();
            LockGraph.use(new LockGraph(reports::add));
            try {
                body.run();
            } finally {
                LockGraph.use(before);
            }
        }
        return List.copyOf(reports);
    }
}
