package org.dmafence.rcu;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.dmafence.foreign.ForeignException;
import org.jspecify.annotations.Nullable;

/** Makes the reports of one domain and hands them to its listener. */
final class RcuReports {
    private final String domain;
    private final StallListener listener;
    private final LongAdder stalls = new LongAdder();

    RcuReports(String domain, StallListener listener) {
        this.domain = domain;
        this.listener = listener;
    }

    void stalled(ReaderRegistration registration, @Nullable Thread thread, long blockedNs, long entryEpoch) {
        stalls.increment();
        report(RcuStall.Kind.STALLED, registration, thread, blockedNs, entryEpoch);
    }

    void diedInSection(ReaderRegistration registration, long blockedNs, long entryEpoch) {
        report(RcuStall.Kind.DIED_IN_SECTION, registration, registration.thread(), blockedNs, entryEpoch);
    }

    /** Throws nothing: a grace period is under way, or a reader is being registered. */
    private void report(
            RcuStall.Kind kind,
            ReaderRegistration registration,
            @Nullable Thread thread,
            long blockedNs,
            long entryEpoch) {
        RcuStall stall = null;
        try {
            stall = new RcuStall(
                    kind,
                    domain,
                    registration.name(),
                    thread == null ? null : thread.getName(),
                    thread == null ? 0 : thread.getId(),
                    blockedNs,
                    entryEpoch,
                    (thread == null || kind != RcuStall.Kind.STALLED) ? List.of() : List.of(thread.getStackTrace()));
            listener.onStall(stall);
        } catch (Throwable error) {
            log("The listener failed on this report: ", stall == null ? kind : stall, error);
        }
    }

    /** The last resort of code that must go on; so the text is made in here. */
    static void log(String message, Object about, Throwable error) {
        try {
            System.getLogger(RcuDomain.class.getName())
                    .log(System.Logger.Level.ERROR, message + about, ForeignException.of(error));
        } catch (Throwable again) { // out of memory or stack, or a broken logger: nobody is left to tell
            return;
        }
    }

    long stalls() {
        return stalls.sum();
    }
}
