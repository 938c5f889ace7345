package org.dmafence.inspect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmafence.ftrace.FenceIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A fence as a person names it, {@code CONTEXT:SEQNO}. The events of fences cut both to 32 bits, so that is how two
 * names are compared.
 */
public record FenceName(long context, long seqno) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,20}):([0-9]{1,20})");

    private static final long LOW = 0xffff_ffffL;

    /** Reads {@code CONTEXT:SEQNO}; null if it is not that. */
    public static @Nullable FenceName parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        try {
            return new FenceName(Long.parseUnsignedLong(parts.group(1)), Long.parseUnsignedLong(parts.group(2)));
        } catch (NumberFormatException e) {
            return null; // beyond 64 bits
        }
    }

    /** The name of an identity; null if the capture does not tell it. */
    static @Nullable FenceName of(FenceIdentity identity) {
        return identity.hasContext() ? new FenceName(identity.context(), identity.seqno()) : null;
    }

    /** Both halves as the events of fences have them. */
    static long key(long context, long seqno) {
        return (context << 32) | (seqno & LOW);
    }

    /** Whether a driver's name is the scheduler's: its fences are jobs', not the hardware's. */
    static boolean isSchedulers(String driver) {
        return driver.equals("drm_sched") || driver.equals("amd_sched"); // before Linux 4.16
    }

    long key() {
        return key(context, seqno);
    }

    /** The scheduled fence of the job whose finished one this is. */
    FenceName scheduled() {
        return new FenceName(context - 1, seqno);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(context) + ":" + Long.toUnsignedString(seqno);
    }
}
