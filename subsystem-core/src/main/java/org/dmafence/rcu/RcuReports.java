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

    void stalled(ReaderRegistry.Registration registration, @Nullable Thread thread, long blockedNs, long entryEpoch) {
        stalls.increment();
        report(new RcuStall(
                RcuStall.Kind.STALLED,
                domain,
                registration.name(),
                thread == null ? null : thread.getName(),
                thread == null ? 0 : thread.getId(),
                blockedNs,
                entryEpoch,
                thread == null ? List.of() : List.of(thread.getStackTrace())));
    }

    void diedInSection(ReaderRegistry.Registration registration, long blockedNs, long entryEpoch) {
        Thread thread = registration.thread();
        report(new RcuStall(
                RcuStall.Kind.DIED_IN_SECTION,
                domain,
                registration.name(),
                thread == null ? null : thread.getName(),
                thread == null ? 0 : thread.getId(),
                blockedNs,
                entryEpoch,
                List.of()));
    }

    /** Throws nothing: a grace period is under way. */
    private void report(RcuStall stall) {
        try {
            listener.onStall(stall);
        } catch (Throwable error) {
            log("The listener failed on this report: " + stall, error);
        }
    }

    /** The last resort of whoever must go on. */
    static void log(String message, Throwable error) {
        try {
            System.getLogger(RcuDomain.class.getName())
                    .log(System.Logger.Level.ERROR, message, ForeignException.of(error));
        } catch (Throwable again) { // out of memory or stack, or a broken logger: nobody is left to tell
            return;
        }
    }

    long stalls() {
        return stalls.sum();
    }
}
