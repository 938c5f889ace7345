package org.dmafence.inspect;

import org.jspecify.annotations.Nullable;

/**
 * What is different from an earlier capture.
 *
 * @param what {@code ring} or {@code client}
 * @param who its name now, or then if it is gone
 * @param figure which time at which percentile; whether it is new or gone, if there are no times
 */
public record CaptureChange(
        String what,
        String who,
        String figure,
        @Nullable Long thenNs,
        @Nullable Long nowNs) {
    /** How many times as long it takes now; null if that can't be said. */
    @Nullable Double ratio() {
        Long then = thenNs;
        Long now = nowNs;
        return then == null || now == null || then == 0 ? null : (Double) (now / (double) then);
    }
}
