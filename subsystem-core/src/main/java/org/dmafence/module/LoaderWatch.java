package org.dmafence.module;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.concurrent.Uninterruptibly;
import org.dmafence.module.Collector.Outcome;
import org.jspecify.annotations.Nullable;

/** The proof that a class loader is gone: a phantom reference, and collections to hurry it along. Any thread. */
final class LoaderWatch {
    private static final long FIRST_PAUSE_MS = 10;
    private static final long MAX_PAUSE_MS = 640;

    /** How often to ask where each time hurts, and how often a JVM that does not collect is asked. */
    private static final int FEW = 2;

    private final String name;
    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
    private final PhantomReference<ClassLoader> loader;
    private final AtomicInteger cycles = new AtomicInteger();

    LoaderWatch(ClassLoader watched) {
        name = watched.getName();
        loader = new PhantomReference<>(watched, queue);
    }

    /** The loader's name, unique in the process; it is in every frame of its code. */
    String name() {
        return name;
    }

    /** Whether the loader has been collected, for whatever reason. */
    boolean isCollected() {
        return loader.refersTo(null);
    }

    /** Whether it is this very loader, or one that was made beneath it. */
    boolean isOrBeneath(@Nullable ClassLoader other) {
        for (ClassLoader at = other; at != null; at = at.getParent()) {
            if (loader.refersTo(at)) {
                return true;
            }
        }
        return false;
    }

    /** How many collections were asked for until now. */
    int cycles() {
        return cycles.get();
    }

    /**
     * Asks for collections until the loader is gone, further and further apart, or until they turn out to be futile.
     * Goes on through interrupts.
     *
     * @return null if it is gone or is held although it could have gone; otherwise why nobody can tell
     */
    @Nullable String hurry(CollectionEffort effort, long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        int futile = 0;
        int asked = 0;
        Outcome best = Outcome.NOTHING;
        for (long pauseMs = FIRST_PAUSE_MS; !isCollected(); pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
            long leftNs = deadline - System.nanoTime();
            boolean enough = asked >= FEW && (futile >= FEW || !Collector.isCheap(effort));
            if (leftNs <= 0 || enough) {
                break;
            }
            Outcome outcome = Collector.collect(effort, leftNs, this::isCollected);
            asked++;
            futile = outcome == Outcome.COLLECTED ? 0 : futile + 1;
            best = outcome.compareTo(best) < 0 ? outcome : best;
            if (effort != CollectionEffort.NONE) {
                cycles.incrementAndGet();
            }
            // The queue only ends the pause early: the answer is the reference's.
            Object unused = Uninterruptibly.attempt(
                    Math.min(pauseMs * 1_000_000, deadline - System.nanoTime()),
                    forNs -> queue.remove(Math.max(1, forNs / 1_000_000)));
        }
        return isCollected() || best == Outcome.COLLECTED ? null : Collector.reason(best);
    }
}
