package org.dmafence.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Work with a driver's ring and fences, which run the driver's code on whoever asks them. It is done by a thread of its
 * own: when no question is answered for a while, that thread is left to itself.
 */
final class DriverWork {
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_MS = 50;

    private final String driver;

    /** Answers of the driver; counted by the thread that works, read by the one that waits. */
    private final AtomicLong answers = new AtomicLong();

    DriverWork(String driver) {
        this.driver = driver;
    }

    /** The driver has answered: its time counts anew. */
    void answered() {
        answers.lazySet(answers.getPlain() + 1);
    }

    /**
     * Does something to its end, or for as long as the driver answers.
     *
     * @param what it is, in an error's words
     * @throws BadDriverException if it throws, or the driver no longer answers
     */
    <T> T run(String what, Callable<T> body) throws BadDriverException, InterruptedException {
        Outcome<T> outcome = new Outcome<>(body);
        Thread thread = new Thread(outcome, "dmafence-" + driver + "-" + what.replace(' ', '-'));
        thread.setDaemon(true);
        thread.start();
        long seen = answers.get();
        long sinceNs = System.nanoTime();
        while (thread.isAlive()) {
            thread.join(LOOK_MS);
            long now = answers.get();
            if (now != seen) {
                seen = now;
                sinceNs = System.nanoTime();
            } else if (thread.isAlive() && System.nanoTime() - sinceNs > PATIENCE_NS) {
                thread.interrupt();
                throw new BadDriverException(
                        "driver " + driver + ": " + what + ": it has not answered for "
                                + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s" + place(thread.getStackTrace()),
                        null);
            }
        }
        Throwable thrown = outcome.thrown;
        if (thrown != null) {
            throw new BadDriverException("driver " + driver + ": " + what + ": " + thrown, thrown);
        }
        T result = outcome.result;
        if (result == null) {
            throw new IllegalStateException(what + " has no result");
        }
        return result;
    }

    private static String place(StackTraceElement[] frames) {
        for (StackTraceElement frame : frames) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return "; it is at " + frame;
            }
        }
        return "";
    }

    /** Written by the thread that works, read when that has ended. */
    private static final class Outcome<T> implements Runnable {
        private final Callable<T> body;
        private @Nullable T result;
        private @Nullable Throwable thrown;

        Outcome(Callable<T> body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                result = body.call();
            } catch (Throwable e) { // a driver's errors are no errors of this program
                thrown = e;
            }
        }
    }
}
