package org.example.screen;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.lockdep.LockClass;

/** Shows a frame when it is rendered, or keeps the last one if that takes too long. */
final class Screen {
    /** Lockdep knows locks by their class; a lock of your own tells it when it is taken and released. */
    private static final LockClass CLASS = LockClass.of("screen lock");

    private final ReentrantLock lock = new ReentrantLock();
    private int rendered;
    private int shown;

    /** Counts a frame when it is rendered. */
    void watch(DmaFence frame) {
        frame.addCallback(FenceCallback.of(fence -> locked(() -> rendered++)));
    }

    /**
     * Waits, and then takes the lock.
     *
     * @return whether the frame was shown
     */
    boolean show(DmaFence frame, Duration budget) {
        boolean inTime = frame.awaitUninterruptibly(budget);
        locked(() -> shown += inTime ? 1 : 0);
        return inTime;
    }

    /** As {@link #show} was at first: it waited under the lock, which the callback of {@link #watch} takes. */
    boolean showUnderLock(DmaFence frame, Duration budget) {
        boolean[] inTime = {false};
        locked(() -> {
            inTime[0] = frame.awaitUninterruptibly(budget);
            shown += inTime[0] ? 1 : 0;
        });
        return inTime[0];
    }

    int rendered() {
        return rendered;
    }

    int shown() {
        return shown;
    }

    private void locked(Runnable work) {
        lock.lock();
        CLASS.acquire();
        try {
            work.run();
        } finally {
            CLASS.release();
            lock.unlock();
        }
    }
}
