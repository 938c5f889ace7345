package org.dmafence.fence;

import java.util.concurrent.locks.LockSupport;

/**
 * How threads that wait for something of a {@link FenceRuntime} go to sleep and are woken. Everything in the subsystem
 * that blocks does it through the runtime's parking, so that tests can put virtual time and an order of their own in
 * its place. Kernel counterpart: {@code schedule_timeout()} and {@code wake_up_process()}.
 *
 * <p>The contract is that of {@link LockSupport}: one permit per thread, an {@code unpark} before the {@code park} is
 * not lost, a park returns at once while the thread's interrupt status is set, and may return for no reason.
 */
public interface Parking {
    /** The threads of the JVM. */
    Parking THREADS = new Parking() {
        @Override
        public void park(Object blocker) {
            LockSupport.park(blocker);
        }

        @Override
        public void parkNanos(Object blocker, long timeoutNs) {
            LockSupport.parkNanos(blocker, timeoutNs);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }
    };

    /**
     * Puts the calling thread to sleep until it is woken.
     *
     * @param blocker what it waits for, for diagnosis
     */
    void park(Object blocker);

    /**
     * Puts the calling thread to sleep until it is woken or a time has passed.
     *
     * @param blocker what it waits for, for diagnosis
     * @param timeoutNs on the runtime's clock; does not sleep if it is not positive
     */
    void parkNanos(Object blocker, long timeoutNs);

    /** Wakes a thread, or has its next park return at once. */
    void unpark(Thread thread);
}
