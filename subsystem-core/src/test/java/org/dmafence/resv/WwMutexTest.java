package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.Parking;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.junit.jupiter.api.Test;

/** What a lock answers to one thread, and to those that misuse it. */
class WwMutexTest {
    private final WwClass wwClass = WwClass.waitDie("test");
    private final WwMutex first = new WwMutex(wwClass, Parking.THREADS);
    private final WwMutex second = new WwMutex(wwClass, Parking.THREADS);

    @Test
    void shouldLockAndUnlockWithoutAContext() {
        assertThat(first.isLocked()).isFalse();
        assertThat(first.lock(null)).isEqualTo(LockResult.LOCKED);
        assertThat(first.isLocked()).isTrue();
        assertThat(first.isHeldByCurrentThread()).isTrue();
        assertThat(first.holdingContext()).isNull();
        assertThat(first.tryLock()).isFalse();
        first.unlock();
        assertThat(first.tryLock()).isTrue();
        first.unlock();
        assertThat(first.isLocked()).isFalse();
    }

    @Test
    void shouldSayThatItHoldsTheLockAlreadyWhenTheContextDoes() {
        try (AcquireContext context = AcquireContext.begin(wwClass)) {
            assertThat(first.lock(context)).isEqualTo(LockResult.LOCKED);
            assertThat(first.lock(context)).isEqualTo(LockResult.ALREADY);
            assertThat(second.tryLock(context)).isTrue();
            assertThat(second.tryLock(context)).isFalse();
            assertThat(first.holdingContext()).isSameAs(context);
            assertThat(context.held()).isEqualTo(2);
            first.unlock();
            second.unlock();
            assertThat(context.held()).isZero();
        }
    }

    @Test
    void shouldBackOffWhenTheYoungerOfTwoContextsOfAThreadMeetsTheOlder() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    try (AcquireContext older = AcquireContext.begin(wwClass);
                            AcquireContext younger = AcquireContext.begin(wwClass)) {
                        assertThat(first.lock(older)).isEqualTo(LockResult.LOCKED);
                        assertThat(second.lock(younger)).isEqualTo(LockResult.LOCKED);
                        assertThat(first.lock(younger)).isEqualTo(LockResult.DEADLOCK);
                        assertThat(first.lock(younger)).isEqualTo(LockResult.DEADLOCK);
                        assertThatThrownBy(() -> first.lockSlow(younger))
                                .isInstanceOf(ResvUsageException.class)
                                .hasMessageContaining("still holds 1");
                        assertThatThrownBy(() -> second.lock(older))
                                .isInstanceOf(ResvUsageException.class)
                                .hasMessageContaining("wait for itself");
                        first.unlock();
                        second.unlock();
                        first.lockSlow(younger);
                        first.unlock();
                    }
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.POSSIBLE_RECURSION);
    }

    @Test
    void shouldRefuseToWaitForItself() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    first.lock();
                    assertThatThrownBy(first::lock)
                            .isInstanceOf(ResvUsageException.class)
                            .hasMessageContaining("not reentrant");
                    first.unlock();
                    first.lock();
                    first.unlock();
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.POSSIBLE_RECURSION);
    }

    @Test
    void shouldRefuseToUnlockWhatTheThreadDoesNotHold() {
        assertThatThrownBy(first::unlock).isInstanceOf(ResvUsageException.class);
        first.lock();
        assertThatThrownBy(() -> elsewhere(first::unlock)).hasCauseInstanceOf(ResvUsageException.class);
        assertThat(first.isHeldByCurrentThread()).isTrue();
        first.unlock();
    }

    @Test
    void shouldRefuseToCloseAContextThatHoldsLocks() {
        AcquireContext context = AcquireContext.begin(wwClass);
        assertThat(first.lock(context)).isEqualTo(LockResult.LOCKED);
        assertThatThrownBy(context::close)
                .isInstanceOf(ResvUsageException.class)
                .hasMessageContaining("holding 1 lock");
        first.unlock();
        context.close();
        context.close();
        assertThatThrownBy(() -> first.lock(context))
                .isInstanceOf(ResvUsageException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void shouldRefuseToLockMoreWhenDone() {
        try (AcquireContext context = AcquireContext.begin(wwClass)) {
            assertThat(first.lock(context)).isEqualTo(LockResult.LOCKED);
            context.done();
            assertThat(first.lock(context)).isEqualTo(LockResult.ALREADY);
            assertThatThrownBy(() -> second.lock(context)).isInstanceOf(ResvUsageException.class);
            assertThatThrownBy(() -> second.tryLock(context)).isInstanceOf(ResvUsageException.class);
            assertThat(second.isLocked()).isFalse();
            first.unlock();
        }
    }

    @Test
    void shouldRefuseAContextOfAnotherThreadOrClass() {
        try (AcquireContext context = AcquireContext.begin(wwClass);
                AcquireContext stranger = AcquireContext.begin(WwClass.woundWait("other"))) {
            assertThatThrownBy(() -> elsewhere(() -> first.lock(context)))
                    .hasCauseInstanceOf(ResvUsageException.class)
                    .hasMessageContaining("thread that made it");
            assertThatThrownBy(() -> first.lock(stranger))
                    .isInstanceOf(ResvUsageException.class)
                    .hasMessageContaining("another class");
        }
    }

    @Test
    void shouldLeaveTheQueueWhenSleepingFails() {
        WwMutex mutex = new WwMutex(wwClass, new Parking() {
            @Override
            public void park(Object blocker) {
                throw new AssertionError("no sleep");
            }

            @Override
            public void parkNanos(Object blocker, long timeoutNs) {
                park(blocker);
            }

            @Override
            public void unpark(Thread thread) {}
        });
        mutex.lock();
        assertThatThrownBy(() -> elsewhere(mutex::lock)).hasMessageContaining("no sleep");
        mutex.unlock();
        assertThat(mutex.tryLock()).isTrue();
        mutex.unlock();
        assertThat(mutex.isLocked()).isFalse();
    }

    private static void elsewhere(Runnable body) throws CompletionException {
        CompletableFuture.runAsync(body).orTimeout(20, TimeUnit.SECONDS).join();
    }
}
