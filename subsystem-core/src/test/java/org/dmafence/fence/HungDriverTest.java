package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drivers that hang and code that re-enters: another thread's signal is not lost, and nobody waits for himself. */
@Timeout(60)
class HungDriverTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldLetACallbackRemoveOneWhoseDrainItsOwnThreadHasPutOff() {
        // Each fence is signalled by a callback of the one before, which then takes back a callback of the next: deep
        // in the
        // chain that one has not run, because its drain was put off to spare the stack.
        int deep = 200;
        DmaFence[] chain = new DmaFence[deep + 1];
        int[] ran = new int[deep + 1];
        FenceCallback[] victims = new FenceCallback[deep + 1];
        boolean[] removed = new boolean[deep + 1];
        for (int i = 0; i <= deep; i++) {
            int at = i;
            chain[i] = context.newFence(TestOps.with(), i);
            victims[i] = FenceCallback.of(f -> ran[at]++);
        }
        for (int i = 0; i < deep; i++) {
            int next = i + 1;
            chain[i].addCallback(FenceCallback.of(f -> {
                context.signal(chain[next]);
                removed[next] = chain[next].removeCallback(victims[next]);
            }));
            chain[next].addCallback(victims[next]);
        }

        join(fork("signaller", () -> context.signal(chain[0])));

        int removals = 0;
        for (int i = 1; i <= deep; i++) {
            assertThat(chain[i].isSignaled()).isTrue();
            assertThat(ran[i]).as("victim %d, removed %s", i, removed[i]).isEqualTo(removed[i] ? 0 : 1);
            removals += removed[i] ? 1 : 0;
        }
        assertThat(removals).as("drains that were put off").isPositive();
    }

    @Test
    void shouldSignalWhenAnotherThreadsEnableOpHangs() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        ops.onEnable = f -> {
            entered.countDown();
            FenceFixture.await(letGo);
            return true;
        };
        DmaFence fence = fixture.fence(ops);
        CompletableFuture<Void> enabler = fork("enabler", fence::enableSignaling);
        FenceFixture.await(entered);
        List<Boolean> added = new ArrayList<>();

        // A consumer is not held up for ever either.
        join(fork("adder", () -> added.add(fence.addCallback(logging(log, "added while hung")))));
        join(fork("signaller", () -> context.signal(fence, FenceError.ECANCELED)));

        assertThat(added).containsExactly(true);
        assertThat(log).containsExactly("added while hung");
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(fixture.reports.kinds()).isNotEmpty().containsOnly(Kind.OP_STALLED);
        letGo.countDown();
        join(enabler);
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldPayForAStuckExternalLockOnlyOnce() {
        FenceLock lock = FenceLock.shared();
        FenceContext locked = FenceContext.builder(fixture.runtime).lock(lock).build();
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CompletableFuture<Void> holder = fork("holder", () -> {
            lock.lock();
            taken.countDown();
            FenceFixture.await(letGo);
            lock.unlock();
        });
        FenceFixture.await(taken);
        long startNs = System.nanoTime();

        for (int i = 0; i < 100; i++) {
            DmaFence fence = locked.newFence(TestOps.with(), i);
            locked.signal(fence);
            assertThat(fence.isSignaled()).isTrue();
        }

        assertThat(System.nanoTime() - startNs).isLessThan(50 * FenceFixture.STALL_NS);
        assertThat(fixture.reports.kinds()).isNotEmpty().containsOnly(Kind.OP_STALLED);
        letGo.countDown();
        join(holder);
        // Healthy again: the lock is taken as before.
        int reported = fixture.reports.all().size();
        locked.signal(locked.newFence(TestOps.with(), 200));
        assertThat(fixture.reports.all()).hasSize(reported);
    }

    @Test
    void shouldRefuseToFinishAFenceThatAnotherThreadIsSignaling() {
        DmaFence fence = fixture.fence();
        AtomicInteger runs = new AtomicInteger();
        fence.addCallback(FenceCallback.of(f -> runs.incrementAndGet()));
        AtomicInteger refused = new AtomicInteger();
        fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {
            // The signaller is between the SIGNALED bit and the rest of its work.
            try {
                context.finishSignal(fence, 7);
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
            }
        });

        context.signal(fence);

        assertThat(refused).hasValue(1);
        assertThat(runs).hasValue(1);
        assertThat(fence.timestampNs()).isEqualTo(1);
    }
}
