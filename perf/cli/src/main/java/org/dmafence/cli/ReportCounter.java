package org.dmafence.cli;

import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.fence.FenceReporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the subsystem reports, and logs the first few reports. May be called from any thread. */
final class ReportCounter implements FenceReporter {
    private static final Logger LOG = LoggerFactory.getLogger("fence");
    private static final int LOGGED = 5;

    private final AtomicLong count = new AtomicLong();
    private volatile boolean expected;

    @Override
    public void report(Kind kind, String message, @Nullable Throwable cause) {
        if (!expected && count.incrementAndGet() <= LOGGED) {
            LOG.warn("{}: {}", kind, message);
        }
    }

    /** From now on, or no longer, reports are provoked on purpose: they neither count nor are logged. */
    void expect(boolean provoked) {
        expected = provoked;
    }

    long count() {
        return count.get();
    }
}
