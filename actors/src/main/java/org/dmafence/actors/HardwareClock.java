package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * Wakes engines when their hardware is due. A thread of its own, because Akka's scheduler ticks every 10 ms while jobs
 * last microseconds. It only pokes inboxes, looks at agents, and has stages whose time is up ended by threads made for
 * that.
 */
class HardwareClock implements AutoCloseable {
    private static final long STANDING_CLOCK_NS = 1_000_000;

    private static final long LONGEST_NS = Duration.ofDays(365).toNanos();

    private final NanoClock clock;
    private final ScheduledThreadPoolExecutor executor;

    HardwareClock(NanoClock clock) {
        this.clock = clock;
        executor = new ScheduledThreadPoolExecutor(1, task -> RcuThread.detached(task, "dmafence-hardware-clock"));
        executor.setRemoveOnCancelPolicy(true);
        executor.setRejectedExecutionHandler((task, gone) -> {});
    }

    final long nanoTime() {
        return clock.nanoTime();
    }

    /** Runs something short, once; never after {@link #close}. */
    Future<?> after(Duration delay, Runnable task) {
        return executor.schedule(task, Math.min(delay.toNanos(), LONGEST_NS), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs something short again and again, without needing memory for it, until it is cancelled. It must not throw.
     */
    final Future<?> each(Duration period, Runnable task) {
        return executor.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A timer for one engine. */
    final Timer timer(Inbox<?> inbox) {
        return new Timer(inbox);
    }

    @Override
    public final void close() {
        executor.shutdownNow();
    }

    /** One engine's timer; the engine alone uses it. */
    final class Timer {
        private final Inbox<?> inbox;
        private @Nullable ScheduledFuture<?> armed;
        private long dueNs;

        private Timer(Inbox<?> inbox) {
            this.inbox = inbox;
        }

        /** Pokes the inbox at a time, or earlier; {@link Long#MAX_VALUE} for never. */
        void at(long timeNs, long nowNs) {
            if (timeNs == Long.MAX_VALUE) {
                cancel();
                return;
            }
            if (armed != null && !armed.isDone()) {
                if (dueNs == timeNs) {
                    return;
                }
                armed.cancel(false);
            }
            // Rung in vain, so the runtime's clock is not the real one: no use in asking it every few microseconds.
            long atLeastNs = armed != null && dueNs == timeNs ? STANDING_CLOCK_NS : 0;
            dueNs = timeNs;
            armed = executor.schedule(inbox::poke, Math.max(atLeastNs, timeNs - nowNs), TimeUnit.NANOSECONDS);
        }

        void cancel() {
            if (armed != null) {
                armed.cancel(false);
                armed = null;
            }
        }
    }
}
