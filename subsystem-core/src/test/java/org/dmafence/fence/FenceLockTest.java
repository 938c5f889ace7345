package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** External locks: who hangs is told from who is merely busy, and what callbacks put off waits for the lock. */
@Timeout(60)
class FenceLockTest {
    private static final long LONG_NS = TimeUnit.MINUTES.toNanos(10);

    private final FenceFixture fixture = new FenceFixture();
    private final FenceLock lock = FenceLock.shared();
    private final FenceContext locked =
            FenceContext.builder(fixture.runtime).lock(lock).build();

    /** Holds the lock on a thread of its own until told. */
    private final class Holder {
        final CountDownLatch letGo = new CountDownLatch(1);
        final CompletableFuture<Void> done;

        Holder() {
            CountDownLatch taken = new CountDownLatch(1);
            done = fork("holder", () -> {
                lock.lock();
                taken.countDown();
                FenceFixture.await(letGo);
                lock.unlock();
            });
            FenceFixture.await(taken);
        }

        void leave() {
            letGo.countDown();
            join(done);
        }
    }

    private CompletableFuture<Void> waiter(List<Boolean> acquired) {
        Thread[] waiting = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> waiter = fork("waiter", () -> {
            waiting[0] = Thread.currentThread();
            begun.countDown();
            boolean got = lock.tryLock(LONG_NS);
            acquired.add(got);
            if (got) {
                lock.unlockTried();
            }
        });
        FenceFixture.await(begun);
        Awaitility.await("the waiter sleeps or is through")
                .until(() -> waiter.isDone() || waiting[0].getState() == Thread.State.TIMED_WAITING);
        return waiter;
    }

    @Test
    void shouldNotTakeTheImpatienceOfOneForTheHangOfAll() {
        Holder holder = new Holder();
        assertThat(lock.tryLock(1)).isFalse();
        List<Boolean> acquired = new ArrayList<>();
        CompletableFuture<Void> waiter = waiter(acquired);
        assertThat(acquired).isEmpty();
        holder.leave();
        join(waiter);
        assertThat(acquired).containsExactly(true);
    }

    @Test
    void shouldGiveTheNextHolderItsOwnTime() {
        Holder hung = new Holder();
        assertThat(lock.tryLock(1)).isFalse();
        hung.leave();
        Holder busy = new Holder();
        List<Boolean> acquired = new ArrayList<>();
        CompletableFuture<Void> waiter = waiter(acquired);
        assertThat(acquired).isEmpty();
        busy.leave();
        join(waiter);
        assertThat(acquired).containsExactly(true);
    }

    @Test
    void shouldRefuseToGiveUpWhatTheThreadDoesNotHold() {
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.tryLock(0)).isTrue();
        lock.unlockTried();
    }

    @Test
    void shouldPutContainersOffUntilALockTakenByHandIsFree() {
        DmaFence member = locked.newFence(TestOps.with(), 1);
        DmaFence array = FenceArray.create(List.of(member.retain())).fence();
        DmaFence chain = FenceChain.create(null, array.retain(), 1).fence();
        List<String> log = new ArrayList<>();
        member.addCallback(FenceCallback.of(f -> log.add("member, held " + lock.isHeld())));
        chain.addCallback(FenceCallback.of(f -> log.add("chain, held " + lock.isHeld())));

        FenceLock other = FenceLock.ownedBy("another timeline");
        other.lock();
        lock.lock();
        lock.lock();
        locked.signalLocked(member);
        lock.unlock();
        lock.unlock();
        assertThat(array.isSignaled()).as("another lock is held").isFalse();
        other.unlock();

        assertThat(log).containsExactly("member, held true", "chain, held false");
        assertThat(chain.isSignaled()).isTrue();
    }

    @Test
    void shouldNotStallWhenTwoTimelinesSignalUnderTheirLocksIntoEachOthersChains() {
        FenceLock second = FenceLock.shared();
        FenceContext other = FenceContext.builder(fixture.runtime).lock(second).build();
        for (int round = 0; round < 200; round++) {
            // Each chain goes on to a fence of the other lock, which it has to enable, when its first one signals.
            DmaFence a = locked.newFence(TestOps.with(FenceOps.Op.ENABLE_SIGNALING), round);
            DmaFence b = other.newFence(TestOps.with(FenceOps.Op.ENABLE_SIGNALING), round);
            DmaFence lateA = locked.newFence(TestOps.with(FenceOps.Op.ENABLE_SIGNALING), round);
            DmaFence lateB = other.newFence(TestOps.with(FenceOps.Op.ENABLE_SIGNALING), round);
            DmaFence toB = FenceChain.create(lateB, a.retain(), 1).fence();
            DmaFence toA = FenceChain.create(lateA, b.retain(), 1).fence();
            toB.enableSignaling();
            toA.enableSignaling();
            CountDownLatch both = new CountDownLatch(2);
            CompletableFuture<Void> one = fork("one", () -> signalByHand(locked, lock, a, both));
            CompletableFuture<Void> two = fork("two", () -> signalByHand(other, second, b, both));
            join(one);
            join(two);
        }
        assertThat(fixture.reports.all()).isEmpty();
    }

    private static void signalByHand(FenceContext context, FenceLock held, DmaFence fence, CountDownLatch both) {
        held.lock();
        try {
            both.countDown();
            FenceFixture.await(both);
            context.signalLocked(fence);
        } finally {
            held.unlock();
        }
    }
}
