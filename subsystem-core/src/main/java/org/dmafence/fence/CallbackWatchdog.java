package org.dmafence.fence;

import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.dmafence.fence.FenceReporter.Kind;

/**
 * Notices callbacks that block their signalling thread: one that is still the same, two looks apart. Costs the threads that
 * run callbacks nothing but a plain counter.
 *
 * <p>Driven by its owner, who calls {@link #look} from one thread every so often; the interval is the time that a callback may
 * take. Each stuck callback is reported once, to the runtime of its fence, with the thread's name and stack.
 */
public final class CallbackWatchdog {
    private static final int STACK_FRAMES = 8;

    private final Map<FenceFrames, Long> lastSeen = new WeakHashMap<>();

    /** One that has looked at no thread yet. */
    public CallbackWatchdog() {}

    /**
     * Looks at every thread that runs callbacks.
     *
     * @return how many stuck callbacks were reported by this look
     */
    public int look() {
        int reported = 0;
        for (FenceFrames frames : FenceFrames.all()) {
            long progress = frames.progressOpaque();
            boolean running = (progress & 1) != 0;
            Long before = lastSeen.get(frames);
            if (running && before != null && before == progress) {
                report(frames);
                reported++;
                lastSeen.put(frames, -progress); // reported: no second time until it gets on
            } else if (before == null || before != -progress) {
                lastSeen.put(frames, progress);
            }
        }
        return reported;
    }

    /** Whether a thread is running a fence's callback just now: for whoever wonders what keeps it. */
    public static boolean isInCallback(Thread thread) {
        for (FenceFrames frames : FenceFrames.all()) {
            if (frames.refersTo(thread) && (frames.progressOpaque() & 1) != 0) {
                return true;
            }
        }
        return false;
    }

    private static void report(FenceFrames frames) {
        FenceContext context = frames.drainedContextRacy();
        Thread thread = frames.get();
        if (context != null && thread != null) {
            context.runtime()
                    .report(
                            Kind.CALLBACK_STALLED,
                            "a callback of " + context.fenceText(frames.drainedSeqnoRacy(), false, "")
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
