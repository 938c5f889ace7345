package org.dmafence.lockdep;

import java.util.Arrays;

/**
 * A place in the code, cheap to note and read only for reports. Refers to the classes on the stack, so it is kept while
 * something is held and no longer.
 */
@SuppressWarnings("serial")
final class Site extends Throwable {
    private static final int FRAMES = 24;
    private static final StackTraceElement[] NOWHERE = {};
    private static final String OURS = Site.class.getPackageName() + ".";

    Site() {
        super(null, null, false, true);
    }

    /** The stack without the checker's own frames, as strings only. */
    StackTraceElement[] frames() {
        StackTraceElement[] all = getStackTrace();
        int from = 0;
        while (from < all.length && isOurs(all[from])) {
            from++;
        }
        return from == all.length ? NOWHERE : Arrays.copyOfRange(all, from, Math.min(all.length, from + FRAMES));
    }

    /** Tests of this package are no part of the checker. */
    private static boolean isOurs(StackTraceElement frame) {
        return frame.getClassName().startsWith(OURS) && !frame.getClassName().endsWith("Test");
    }
}
