package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceLedgerTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceLedger ledger = new FenceLedger("mod", false);
    private final FenceContext context =
            FenceContext.builder(fixture.runtime).ledger(ledger).build();

    @Test
    void shouldCountWhatItsFencesBecome() {
        DmaFence detached = context.newFence(TestOps.with(), 1);
        DmaFence keeping = context.newFence(TestOps.with(Op.RELEASE), 2);
        DmaFence open = context.newFence(TestOps.with(), 3);
        context.signal(detached);
        context.signal(keeping);
        context.signal(keeping);

        assertThat(ledger.created()).isEqualTo(3);
        assertThat(ledger.signaled()).isEqualTo(2);
        assertThat(ledger.detached()).isEqualTo(1);
        assertThat(ledger.unsignaledCount()).isEqualTo(1);
        assertThat(ledger.unsignaled()).containsExactly(new FenceLedger.Entry(open, "", null, false));
        assertThat(ledger.kept()).containsExactly(new FenceLedger.Entry(keeping, "", TestOps.class.getName(), false));
        assertThat(ledger.dependents()).isEqualTo(ledger.kept());
        assertThat(ledger.drainsRunning()).isZero();

        keeping.release();
        open.release();
        assertThat(ledger.kept()).isEmpty();
        assertThat(ledger.unsignaledCount()).isZero();
    }

    @Test
    void shouldRefuseFencesOnceClosed() {
        ledger.close();
        assertThatThrownBy(() -> context.newFence(TestOps.with(), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("module mod is going");
        assertThat(ledger.unsignaledCount()).isZero();
        assertThat(ledger.created()).isZero();
        ledger.reopen();
        assertThat(context.newFence(TestOps.with(), 1).isSignaled()).isFalse();
    }

    @Test
    void shouldSeeEveryFenceThatWasLetInBeforeClosing() {
        AtomicBoolean stop = new AtomicBoolean();
        List<DmaFence> made = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Void> maker = fork("maker", () -> {
            while (!stop.get()) {
                try {
                    made.add(context.newFence(TestOps.with(), made.size()));
                } catch (IllegalStateException closed) {
                    return;
                }
                if (made.size() == 1000) {
                    running.countDown();
                }
            }
        });
        FenceFixture.await(running);
        ledger.close();
        int counted = ledger.unsignaledCount();
        stop.set(true);
        join(maker);
        assertThat(counted).isGreaterThanOrEqualTo(made.size());
        assertThat(ledger.unsignaledCount()).isEqualTo(made.size());
    }

    @Test
    void shouldSignalWhatIsLeftWithTheErrorAndInOrder() {
        List<Long> order = new ArrayList<>();
        long[] seqnos = {0xFFFF_FFF0L, 3, 0xFFFF_FFFFL, 0, 7};
        List<DmaFence> fences = new ArrayList<>();
        for (long seqno : seqnos) {
            DmaFence fence = context.newFence(TestOps.with(), seqno);
            fence.addCallback(FenceCallback.of(f -> order.add(f.seqno())));
            fences.add(fence);
        }
        context.signal(fences.get(3));
        order.clear();
        assertThat(ledger.signalAll(FenceError.ECANCELED)).isEqualTo(4);
        assertThat(order).containsExactly(0xFFFF_FFF0L, 0xFFFF_FFFFL, 3L, 7L);
        assertThat(fences.get(0).pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(fences.get(3).pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(ledger.signalAll(null)).isZero();
    }

    @Test
    void shouldSignalWhatIsLeftWithSuccessAndKeepTheDriversError() {
        DmaFence fence = context.newFence(TestOps.with(), 1);
        DmaFence failed = context.newFence(TestOps.with(), 2);
        context.setError(failed, FenceError.EIO);
        assertThat(ledger.signalAll(null)).isEqualTo(2);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(failed.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldSortWhateverNumbersADriverMadeUp() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> wide = new ArrayList<>();
        FenceContext wider =
                FenceContext.builder(fixture.runtime).ledger(ledger).build();
        for (int i = 0; i < 2000; i++) {
            context.newFence(TestOps.with(), random.nextLong());
            wider.newFence64(TestOps.with(), random.nextLong()).addCallback(FenceCallback.of(f -> wide.add(f.seqno())));
        }
        assertThat(ledger.signalAll(null)).as("seed %d", seed).isEqualTo(4000);
        assertThat(wide).as("seed %d", seed).isSortedAccordingTo(Long::compareUnsigned);
    }

    @Test
    void shouldAlwaysShowAFenceOrWhatItBecame() {
        for (int round = 0; round < 300; round++) {
            TestOps ops = TestOps.with(Op.RELEASE);
            DmaFence fence = context.newFence(ops, round);
            CountDownLatch letGo = new CountDownLatch(1);
            fence.addCallback(FenceCallback.of(f -> FenceFixture.await(letGo)));
            CompletableFuture<Void> signaler = fork("signaller", () -> context.signal(fence));
            while (ledger.unsignaledCount() != 0) {
                Thread.onSpinWait();
            }
            assertThat(ledger.drainsRunning()).as("round %d", round).isEqualTo(1);
            assertThat(ledger.kept()).as("round %d", round).hasSize(1);
            letGo.countDown();
            join(signaler);
            fence.release();
            assertThat(ledger.drainsRunning()).isZero();
        }
    }

    @Test
    void shouldForgetASignaledFenceThatNobodyReaches() {
        WeakReference<DmaFence> forgotten = forgotten();
        Awaitility.await().until(() -> {
            System.gc();
            return forgotten.get() == null && ledger.kept().isEmpty();
        });
        assertThat(ledger.created()).isEqualTo(1);
    }

    private WeakReference<DmaFence> forgotten() {
        DmaFence fence = context.newFence(TestOps.with(Op.WAIT), 1);
        context.signal(fence);
        return new WeakReference<>(fence);
    }

    @Test
    void shouldAnswerForAFenceWithTheIssuersLockUntilItIsFreed() {
        FenceLock lock = FenceLock.ownedBy(new Object());
        FenceContext locked =
                FenceContext.builder(fixture.runtime).ledger(ledger).lock(lock).build();
        assertThat(ledger.dependents()).as("no fence uses it yet").isEmpty();
        DmaFence fence = locked.newFence(TestOps.with(), 1);
        FenceLedger.Entry entry = new FenceLedger.Entry(fence, "", null, true);
        assertThat(ledger.dependents()).containsExactly(entry);
        locked.signal(fence);
        assertThat(ledger.kept())
                .as("detached, but the core locks signalled fences too")
                .containsExactly(entry);
        assertThat(entry.dependent()).isTrue();
        fence.release();
        assertThat(ledger.dependents()).isEmpty();
    }

    @Test
    void shouldEntombOpsAndSeverLocksOfNowAndLater() {
        FenceLock lock = FenceLock.ownedBy(new Object());
        FenceContext locked =
                FenceContext.builder(fixture.runtime).ledger(ledger).lock(lock).build();
        DmaFence keeping = locked.newFence(TestOps.with(Op.RELEASE), 1);
        locked.signal(keeping);
        DmaFence stuck = locked.newFence(TestOps.with(), 2);
        TestOps tombstone = TestOps.with(Op.RELEASE);
        assertThat(ledger.entomb(ops -> tombstone)).isEqualTo(2);
        assertThat(lock.owner()).isNull();
        assertThat(ledger.kept()).isEmpty();
        FenceLock late = FenceLock.ownedBy(new Object());
        FenceContext.builder(fixture.runtime).ledger(ledger).lock(late).build();
        assertThat(late.owner()).isNull();
        keeping.release();
        stuck.release();
        assertThat(tombstone.releases).hasValue(2);
    }

    @Test
    void shouldSignalPastALockThatIsHeldAndAnOpThatHangs() {
        FenceLock lock = FenceLock.shared();
        FenceContext locked =
                FenceContext.builder(fixture.runtime).ledger(ledger).lock(lock).build();
        DmaFence[] behind = new DmaFence[5];
        for (int i = 0; i < behind.length; i++) {
            behind[i] = locked.newFence(TestOps.with(), i);
        }
        TestOps hanging = TestOps.with(Op.ENABLE_SIGNALING);
        CountDownLatch held = new CountDownLatch(2);
        CountDownLatch letGo = new CountDownLatch(1);
        hanging.onEnable = f -> {
            held.countDown();
            FenceFixture.await(letGo);
            return true;
        };
        DmaFence enabling = context.newFence(hanging, 1);
        CompletableFuture<Void> enabler = fork("enabler", enabling::enableSignaling);
        CompletableFuture<Void> holder = fork("holder", () -> {
            lock.lock();
            held.countDown();
            FenceFixture.await(letGo);
            lock.unlock();
        });
        FenceFixture.await(held);

        assertThat(ledger.signalAll(FenceError.ECANCELED)).isEqualTo(6);

        assertThat(behind).allSatisfy(f -> assertThat(f.pollStatus().error()).isEqualTo(FenceError.ECANCELED));
        assertThat(enabling.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        letGo.countDown();
        join(enabler);
        join(holder);
    }

    @Test
    void shouldTellWhereAFenceWasMadeWhenAsked() {
        FenceLedger tracking = new FenceLedger("mod", true);
        FenceContext traced =
                FenceContext.builder(fixture.runtime).ledger(tracking).build();
        traced.newFence(TestOps.with(), 1);
        // This very test is in the core's own package, which is left out; its caller is the platform.
        assertThat(tracking.unsignaled().get(0).site()).isNotEmpty().doesNotContain("org.dmafence.fence.Fence");
    }
}
