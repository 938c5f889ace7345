package org.dmafence.fence;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Marks code that other threads wait for: from publishing a fence to signalling it. Kernel counterpart:
 * {@code dma_fence_begin_signalling()} and its relatives.
 *
 * <p>Inside such a section nothing may wait for a fence, or take a lock under which somebody does. Checking is off by
 * default and then costs one branch; {@link #check} turns it on for the process. Sections nest and belong to the thread.
 */
public final class SignallingSections {
    private static volatile @Nullable Consumer<String> checker;
    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private SignallingSections() {}

    /**
     * Turns checking on, with a sink for what it finds, or off with {@code null}.
     *
     * @param sink gets one sentence per violation, on the violating thread
     */
    public static void check(@Nullable Consumer<String> sink) {
        checker = sink;
    }

    /**
     * Enters a section.
     *
     * @return what {@link #end} needs: true if the thread was inside one, or checking is off
     */
    public static boolean begin() {
        if (checker == null || INSIDE.get() != null) {
            return true;
        }
        INSIDE.set(Boolean.TRUE);
        return false;
    }

    /** Leaves the section that answered the cookie. */
    public static void end(boolean cookie) {
        if (!cookie) {
            INSIDE.remove();
        }
    }

    /** Whether the calling thread is in a section, as far as checking has been on. */
    public static boolean inside() {
        return checker != null && INSIDE.get() != null;
    }

    /**
     * Says that the caller may wait for a fence; in a section that is a deadlock in the making.
     *
     * @param what the wait, in words
     */
    public static void mightWait(String what) {
        Consumer<String> sink = checker;
        if (sink != null && INSIDE.get() != null) {
            sink.accept(what + " on thread " + Thread.currentThread().getName()
                    + " inside a fence signalling section: a fence may be waiting for this section to end");
        }
    }
}
