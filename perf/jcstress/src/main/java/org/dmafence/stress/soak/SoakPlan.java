package org.dmafence.stress.soak;

import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** What is to be done with one fence, as random bits that the owner draws. */
final class SoakPlan {
    private static final FenceError[] ERRORS = {
        FenceError.EIO, FenceError.ETIME, FenceError.ECANCELED, FenceError.EINVAL
    };

    private SoakPlan() {}

    /** The owner signals: 3 of 4; if it does not, the partner does. */
    static boolean ownerSignals(int plan) {
        return (plan & 3) != 0;
    }

    /** The partner signals, too, or alone. */
    static boolean partnerSignals(int plan) {
        return (plan & 3) != 1;
    }

    /** Before the partner knows the fence. */
    static boolean signalsEarly(int plan) {
        return (plan & 0x1c) == 0x1c && ownerSignals(plan);
    }

    /** How many callbacks the owner adds before the fence is published: 0, 0, 1 or 2. */
    static int ownerCallbacks(int plan) {
        return Math.max(0, (plan >>> 5 & 3) - 1);
    }

    static boolean partnerAdds(int plan) {
        return (plan & 0x180) == 0;
    }

    /** The partner takes the owner's first callback back, if there is one. */
    static boolean partnerRemoves(int plan) {
        return (plan & 0xe00) == 0;
    }

    static boolean looks(int plan) {
        return (plan & 0x1000) != 0;
    }

    /** The error that a party signals with. */
    static @Nullable FenceError error(int plan, int party) {
        int drawn = plan >>> (16 + 4 * party) & 15;
        return drawn < ERRORS.length ? ERRORS[drawn] : null;
    }

    static int statusOf(int plan, int party) {
        FenceError error = error(plan, party);
        return error == null ? 1 : error.errno();
    }
}
