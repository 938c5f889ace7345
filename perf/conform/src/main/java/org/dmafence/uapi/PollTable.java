package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;

/**
 * One call of {@code poll()}: the thread that sleeps in it, and the files that are to wake it. Kernel counterpart:
 * {@code poll_table} and {@code struct poll_wqueues}.
 *
 * <p>A file that is polled with one registers {@link #wake} wherever it learns of events, and hands {@link #onDone}
 * what takes the registration back. Only {@link #wake} may be called from other threads than the polling one.
 */
public final class PollTable {
    private final Thread thread = Thread.currentThread();
    private final FenceRuntime runtime;
    private final Parking parking;
    private final List<Runnable> registrations = new ArrayList<>();

    /** Set by the waking thread before it wakes; cleared by the polling one before it looks at the files again. */
    private volatile boolean woken;

    PollTable(FenceRuntime runtime) {
        this.runtime = runtime;
        parking = runtime.parking();
    }

    /** Has the polling thread look at its files again. */
    public void wake() {
        woken = true;
        parking.unpark(thread);
    }

    /** Registers what is to run when the poll is over, with whatever result. */
    public void onDone(Runnable unregister) {
        registrations.add(unregister);
    }

    /**
     * Sleeps until a file wakes the thread, or has done so since the last sleep, or the time has passed, or for no
     * reason.
     */
    void sleep(long timeoutNs) {
        if (!woken) {
            if (timeoutNs == Long.MAX_VALUE) {
                parking.park(this);
            } else {
                parking.parkNanos(this, timeoutNs);
            }
        }
        woken = false; // before the files are looked at: what wakes after that has changed after that
    }

    /** Takes all registrations back, also after one that throws. */
    void done() {
        for (Runnable unregister : registrations) {
            try {
                unregister.run();
            } catch (Throwable e) {
                runtime.report(
                        FenceReporter.Kind.CALLBACK_FAILED, "a file's registration in a poll threw at its end", e);
            }
        }
        registrations.clear();
    }
}
