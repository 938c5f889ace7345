package org.dmafence.fence;

import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.dmafence.fence.FenceReporter.Kind;

/**
 * Notices callbacks that block their signalling thread: a callback that runs at two looks in a row. Costs the threads
 * that run callbacks nothing but a plain counter.
 *
 * <p>Driven by its owner, who calls {@link #look} from one thread every so often; the interval is the time that a
 * callback may take. Each stuck callback is reported once, to the runtime of its fence, with the thread's name and
 * stack.
 */
public final class CallbackWatchdog {
    private static final int STACK_FRAMES = 8;

    private final Map<Signaler, Long> lastSeen = new WeakHashMap<>();

    /** One that has looked at no thread yet. */
    public CallbackWatchdog() {}

    /**
     * Looks at every thread that runs callbacks.
     *
     * @return how many stuck callbacks were reported by this look
     */
    public int look() {
        int reported = 0;
        for (Signaler signaler : Signaler.all()) {
            long progress = signaler.progressOpaque();
            boolean running = (progress & 1) != 0;
            Long before = lastSeen.get(signaler);
            if (running && before != null && before == progress) {
                report(signaler);
                reported++;
                lastSeen.put(signaler, -progress); // reported: no second time until it makes progress
            } else if (before == null || before != -progress) {
                lastSeen.put(signaler, progress);
            }
        }
        return reported;
    }

    /** Whether a thread is running a fence's callback just now; for reports of what keeps it. */
    public static boolean isInCallback(Thread thread) {
        for (Signaler signaler : Signaler.all()) {
            if (signaler.refersTo(thread) && (signaler.progressOpaque() & 1) != 0) {
                return true;
            }
        }
        return false;
    }

    private static void report(Signaler signaler) {
        FenceContext context = signaler.drainedContextRacy();
        Thread thread = signaler.get();
        if (context != null && thread != null) {
            context.runtime()
                    .report(
                            Kind.CALLBACK_STALLED,
                            "a callback of " + context.fenceText(signaler.drainedSeqnoRacy(), false, "")
                                    + " keeps thread "
                                    + thread.getName() + " from going on; hand long work to another thread. It is at "
                                    + stack(thread),
                            null);
        }
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(STACK_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
