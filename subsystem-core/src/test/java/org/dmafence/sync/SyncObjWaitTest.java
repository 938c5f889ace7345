package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.sync.SyncObjWait.Flag.ALL;
import static org.dmafence.sync.SyncObjWait.Flag.AVAILABLE;
import static org.dmafence.sync.SyncObjWait.Flag.FOR_SUBMIT;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sync.SyncObjWait.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncObjWaitTest {
    private static final Result TIMED_OUT = new Result(false, -1);

    private final SyncObjRig rig = new SyncObjRig();
    private final SyncObj a = SyncObj.create(rig.runtime);
    private final SyncObj b = SyncObj.create(rig.runtime);
    private final SyncObjPoint atA = new SyncObjPoint(a, 0);
    private final SyncObjPoint atB = new SyncObjPoint(b, 0);
    private final SyncObjWait first = SyncObjWait.on(atA, atB);

    @AfterEach
    void close() {
        rig.close();
        assertThat(rig.reports).isEmpty();
    }

    private static Result at(int index) {
        return new Result(true, index);
    }

    @Test
    void shouldRefuseAPointThatIsNotSubmitted() {
        b.signal();
        assertThatThrownBy(first::poll)
                .isInstanceOf(SyncObjException.class)
                .hasMessageContaining("submit one first")
                .extracting(e -> ((SyncObjException) e).error())
                .isEqualTo(FenceError.EINVAL);
        assertThatThrownBy(() -> SyncObjWait.on(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTellTheFirstThatWasReached() {
        b.signal();
        assertThat(first.with(FOR_SUBMIT).poll()).isEqualTo(at(1));
        assertThat(first.with(FOR_SUBMIT, ALL).poll()).isEqualTo(TIMED_OUT);
        a.signal();
        assertThat(first.poll()).isEqualTo(at(0));
        assertThat(first.with(ALL).poll()).isEqualTo(at(0));
    }

    @Test
    void shouldEnableSignalingWhenItOnlyLooks() {
        a.replaceFence(rig.fence("a"));
        b.replaceFence(rig.fence("b"));
        assertThat(first.poll()).isEqualTo(TIMED_OUT);
        assertThat(rig.log).containsExactly("enable a", "enable b");
    }

    @Test
    void shouldSleepUntilOneSignals() {
        DmaFence fa = rig.fence("a");
        DmaFence fb = rig.fence("b");
        a.replaceFence(fa);
        b.replaceFence(fb);
        rig.start("any", first::await);
        rig.start("all", first.with(ALL)::await);
        rig.log.clear();
        rig.signal(fb);
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("any: " + at(1));
        rig.signal(fa);
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("any: " + at(1), "all: " + at(-1));
        assertThat(fa.references()).isEqualTo(2);
        assertThat(fb.references()).isEqualTo(2);
    }

    @Test
    void shouldGiveUpAtTheTimeAndTakeItsCallbackBack() {
        DmaFence fa = rig.fence("a");
        a.replaceFence(fa);
        rig.start("w", () -> SyncObjWait.on(atA).awaitUntil(5_000_000));
        rig.cpu.advanceNs(4_999_999);
        assertThat(rig.log).containsExactly("enable a");
        rig.cpu.advanceNs(1);
        assertThat(rig.log).containsExactly("enable a", "w: " + TIMED_OUT);
        assertThat(fa.references()).isEqualTo(2);
        fa.release();
        a.reset();
        assertThat(rig.log).endsWith("release a"); // and no report of callbacks left behind
    }

    @Test
    void shouldOnlyLookWhenTheTimeIsPast() throws InterruptedException {
        rig.cpu.advanceMs(9);
        a.replaceFence(rig.fence("a"));
        assertThat(SyncObjWait.on(atA).awaitUntil(1)).isEqualTo(TIMED_OUT);
        a.signal();
        assertThat(SyncObjWait.on(atA).awaitUntil(-1)).isEqualTo(at(0));
    }

    @Test
    void shouldBeInterrupted() {
        rig.start("w", first.with(FOR_SUBMIT)::await).interrupt();
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("w: interrupted");
    }

    @Test
    void shouldStayWithTheFenceItFound() {
        DmaFence fa = rig.fence("a");
        DmaFence fb = rig.fence("b");
        a.replaceFence(fa);
        rig.start("w", SyncObjWait.on(atA)::await);
        a.reset();
        a.replaceFence(fb);
        a.signal();
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("enable a");
        rig.signal(fa);
        rig.cpu.settle();
        assertThat(rig.log).endsWith("w: " + at(0));
    }

    @Test
    void shouldStayWithTheFirstFenceThatCame() {
        DmaFence fa = rig.fence("a");
        rig.start("w", SyncObjWait.on(atA).with(FOR_SUBMIT)::await);
        a.replaceFence(fa);
        a.signal();
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("enable a");
        rig.signal(fa);
        rig.cpu.settle();
        assertThat(rig.log).endsWith("w: " + at(0));
    }

    @Test
    void shouldWaitForAPointThatComesLater() {
        SyncObjWait wait = SyncObjWait.on(new SyncObjPoint(a, 2), new SyncObjPoint(b, 1));
        rig.start("submitted", wait.with(AVAILABLE)::await);
        rig.start("reached", wait.with(FOR_SUBMIT)::await);
        rig.start("all", wait.with(FOR_SUBMIT, ALL)::await);
        a.addPoint(rig.fence("1"), 1);
        rig.cpu.settle();
        assertThat(rig.log).isEmpty();
        DmaFence two = rig.fence("2");
        a.addPoint(two, 2);
        rig.cpu.settle();
        assertThat(rig.log).contains("submitted: " + at(0)).hasSize(2);
        b.signal(1);
        rig.cpu.settle();
        assertThat(rig.log).contains("reached: " + at(1)).noneMatch(line -> line.startsWith("all"));
        rig.signal(two);
        assertThat(a.pollReachedPoint()).isZero();
    }

    @Test
    void shouldNotAskDriversWhenItWaitsForSubmission() {
        a.replaceFence(rig.fence("a"));
        assertThat(SyncObjWait.on(atA).with(AVAILABLE).poll()).isEqualTo(at(0));
        assertThat(rig.log).isEmpty();
    }

    @Test
    void shouldTellTheDeadlineToTheFencesThatAreThere() {
        a.replaceFence(rig.fence("a"));
        rig.start("w", first.with(FOR_SUBMIT).withDeadline(123)::await);
        b.replaceFence(rig.fence("b"));
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("deadline a 123", "enable a", "enable b");
    }

    @Test
    void shouldWaitTwiceForTheSamePoint() {
        DmaFence fa = rig.fence("a");
        rig.start("w", SyncObjWait.on(atA, atA).with(FOR_SUBMIT, ALL)::await);
        a.replaceFence(fa);
        rig.cpu.settle();
        rig.signal(fa);
        rig.cpu.settle();
        assertThat(rig.log).endsWith("w: " + at(-1));
        assertThat(fa.references()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheObjectWhileItWaits() {
        DmaFence fa = rig.fence("a");
        a.replaceFence(fa);
        rig.start("w", SyncObjWait.on(atA)::await);
        a.release();
        fa.release();
        assertThat(fa.isFreed()).isFalse();
        rig.signal(fa);
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("enable a", "release a", "w: " + at(0));
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 5, 0",
        "-9223372036854775808, -5, 0",
        "-1, 1, 0",
        "5, 5, 0",
        "6, 5, 1",
        "-3, -10, 7",
        "1, -10, 11",
        "9223372036854775806, 0, 9223372036854775806",
        "9223372036854775806, -5, 9223372036854775807",
        "0, -9223372036854775808, 9223372036854775807"
    })
    void shouldKnowHowLongItIsUntilAnyTimeOnAnyClock(long atNs, long nowNs, long expectedNs) {
        assertThat(SyncObjWait.left(atNs, nowNs)).isEqualTo(expectedNs);
    }

    @Test
    void shouldOnlyLookWhenTheTimeIsLongPast() {
        a.replaceFence(rig.fence("a"));
        rig.start("w", () -> SyncObjWait.on(atA).awaitUntil(Long.MIN_VALUE));
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("enable a", "w: " + TIMED_OUT);
    }

    @Test
    void shouldNotWaitForTheCallbacksOfOthersAtItsEnd() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FenceRuntime runtime = FenceRuntime.system();
        SyncObj pending = SyncObj.create(runtime);
        SyncObj ending = SyncObj.create(runtime);
        FenceContext context = FenceContext.builder(runtime).build();
        DmaFence never = context.newFence(new Plain(), 1);
        DmaFence blocked = context.newFence(new Plain(), 2);
        blocked.addCallback(FenceCallback.of(fence -> {
            running.countDown();
            awaitUninterruptibly(goOn);
        }));
        pending.replaceFence(never);
        ending.replaceFence(blocked);
        SyncObjWait both = SyncObjWait.on(new SyncObjPoint(ending, 0), new SyncObjPoint(pending, 0))
                .with(ALL);
        Thread signaling = new Thread(() -> context.signal(blocked), "test-signalling");
        CompletableFuture<Result> waiting = new CompletableFuture<>();
        Thread waiter = new Thread(
                () -> {
                    try {
                        waiting.complete(both.awaitUntil(runtime.clock().nanoTime() + 300_000_000));
                    } catch (Throwable e) {
                        waiting.completeExceptionally(e);
                    }
                },
                "test-waiter");
        waiter.start();
        Awaitility.await().until(never::isSignalingEnabled); // the last thing it does before it sleeps
        signaling.start();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(TIMED_OUT);
        assertThat(running.getCount()).isZero();
        goOn.countDown();
        signaling.join();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNotWaitWithAFreedObject() {
        a.release();
        assertThatThrownBy(SyncObjWait.on(atB, atA)::poll).isInstanceOf(IllegalStateException.class);
        b.release(); // the wait gave its reference back
        assertThatThrownBy(b::retain).isInstanceOf(IllegalStateException.class);
    }
}
