package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.foreign.DriverLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No memory at a single step: either nothing was done and the caller learns of it, or all is done. Where a real
 * allocation can't be made to fail, what is called at that step throws in its stead.
 */
@Timeout(60)
class ShortageOfMemoryTest {
    private static final int FOR_EVER = Integer.MAX_VALUE;

    /** More than callbacks may nest before drains are put off. */
    private static final int DEEP = 40;

    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    /** Does something within so many nested callbacks that a signal has to put its own off. */
    private void deep(Runnable body) {
        AtomicBoolean done = new AtomicBoolean();
        Runnable next = () -> {
            body.run();
            done.set(true);
        };
        for (int depth = 0; depth < DEEP; depth++) {
            Runnable inner = next;
            DmaFence fence = fixture.fence();
            fence.addCallback(FenceCallback.of(f -> {
                if (Signaler.current().isTooDeep()) {
                    body.run();
                    done.set(true);
                } else if (!done.get()) {
                    inner.run();
                }
            }));
            next = () -> context.signal(fence);
        }
        next.run();
        Signaler.current().starved = 0;
        assertThat(done).as("the body ran").isTrue();
        assertThat(fixture.reports.all()).as("what failed in the body").isEmpty();
    }

    private static void starve(int times) {
        Signaler.current().starved = times;
    }

    @Test
    void shouldAskTheIssuerOnlyWhenWhatItsAnswerMayNeedIsThere() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> false;
        DmaFence fence = fixture.fence(ops);
        deep(() -> {
            starve(FOR_EVER);
            assertThatThrownBy(fence::enableSignaling).isInstanceOf(OutOfMemoryError.class);
            assertThat(ops.enables).hasValue(0);
            assertThat(fence.isSignalingEnabled()).isFalse();
        });
        assertThat(fence.addCallback(logging(log, "never"))).isFalse();
        assertThat(ops.enables).hasValue(1);
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldSignalWhenTheOpThatCannotEnableUsesUpWhatWasReserved() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence other = fixture.fence();
        other.addCallback(logging(log, "other"));
        ops.onEnable = f -> {
            context.signal(other);
            starve(FOR_EVER);
            return false;
        };
        deep(() -> {
            DmaFence fence = context.newFence(ops, 3, logging(log, "own"));
            assertThat(fence.isSignaled()).isTrue();
        });
        assertThat(log).containsExactly("other", "own");
    }

    @Test
    void shouldKeepWhatItReservedFromWhoSignalsWithinTheTracepoint() {
        DmaFence fence = fixture.fence();
        DmaFence other = fixture.fence();
        fence.addCallback(logging(log, "own"));
        other.addCallback(logging(log, "other"));
        AtomicInteger lost = new AtomicInteger();
        deep(() -> {
            fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {
                if (fence.isSignaled() && lost.getAndIncrement() == 0) {
                    starve(FOR_EVER);
                    assertThatThrownBy(() -> context.signal(other)).isInstanceOf(OutOfMemoryError.class);
                }
            });
            context.signal(fence);
            fixture.runtime.trace().removeListeners();
        });
        assertThat(lost).hasPositiveValue();
        assertThat(log).containsExactly("own");
        context.signal(other);
        assertThat(log).containsExactly("own", "other");
    }

    @Test
    void shouldSignalWhenThereWasNoMemoryForATime() {
        DmaFence fence = fixture.fence();
        fence.addCallback(logging(log, "callback"));
        deep(() -> {
            starve(3);
            context.signal(fence);
        });
        assertThat(log).containsExactly("callback");
    }

    @Test
    void shouldTellTheIssuerOfTheLastReleaseWhenTheWaitersCouldNotBeTold() {
        TestOps ops = TestOps.with(Op.RELEASE);
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(logging(log, "callback"));
        AtomicBoolean heldAfter = new AtomicBoolean();
        FenceContext.builder(fixture.runtime).build();
        deep(() -> {
            starve(FOR_EVER);
            fence.release();
            heldAfter.set(fixture.runtime.rcu().isHeld());
            fixture.reports.all().clear();
        });
        assertThat(heldAfter).isFalse();
        assertThat(ops.releases).hasValue(1);
        assertThat(fence.isDetached()).isTrue();
        assertThat(fence.isFreed()).isTrue();
    }

    @Test
    void shouldLeaveNothingBehindWhenANewFencesSignalingCouldNotBeEnabled() {
        FenceLedger ledger = new FenceLedger("test", false);
        FenceContext own = FenceContext.builder(fixture.runtime).ledger(ledger).build();
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING, Op.RELEASE);
        FenceCallback callback = logging(log, "callback");
        deep(() -> {
            starve(FOR_EVER);
            assertThatThrownBy(() -> own.newFence(ops, 1, callback)).isInstanceOf(OutOfMemoryError.class);
        });
        assertThat(ledger.unsignaled()).isEmpty();
        assertThat(ledger.dependents()).isEmpty();
        assertThat(ops.releases).hasValue(1);
        assertThat(log).isEmpty();
        DmaFence next = fixture.fence();
        assertThat(next.addCallback(callback)).as("it is free again").isTrue();
    }

    @Test
    void shouldPutNoCallbackOnTheFenceWhenItCouldNotBeNoted() {
        Object unused = new DriverLoader("none in particular") {
            @Override
            public @Nullable Object issuer() {
                return null;
            }
        };
        DmaFence fence = fixture.fence();
        FenceCallback callback = new FenceCallback() {
            @Override
            Object foreign() {
                throw new OutOfMemoryError("on purpose");
            }

            @Override
            protected void onSignaled(DmaFence signaled) {
                log.add("ran");
            }
        };
        assertThatThrownBy(() -> fence.addCallback(callback)).isInstanceOf(OutOfMemoryError.class);
        context.signal(fence);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldEndTheFenceOfATaskThatCouldNotBeSubmitted() {
        TestOps ops = TestOps.with(Op.RELEASE);
        List<Runnable> queue = new ArrayList<>();
        FenceLedger ledger = new FenceLedger("test", false);
        FenceContext own = FenceContext.builder(fixture.runtime).ledger(ledger).build();
        OutOfMemoryError fatal = new OutOfMemoryError("on purpose");
        assertThatThrownBy(() -> FenceTask.submit(
                        own,
                        ops,
                        1,
                        shell -> {
                            queue.add(shell);
                            throw fatal;
                        },
                        () -> log.add("ran")))
                .isSameAs(fatal);
        queue.get(0).run();
        assertThat(log).isEmpty();
        assertThat(ledger.unsignaled()).isEmpty();
        assertThat(ops.releases).as("nobody has the reference").hasValue(1);
    }

    @Test
    void shouldEndTheFenceOfAStageThatTakesNoDependent() {
        TestOps ops = TestOps.with(Op.RELEASE);
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(
                    java.util.function.BiConsumer<? super String, ? super Throwable> action) {
                throw new OutOfMemoryError("on purpose");
            }
        };
        assertThatThrownBy(() -> FenceFutures.fromStage(context, ops, 1, stage)).isInstanceOf(OutOfMemoryError.class);
        assertThat(ops.releases).hasValue(1);
    }

    @Test
    void shouldSignalWhatATaskOrADeadIssuerPromisedWhenTheClockThrows() {
        AtomicBoolean broken = new AtomicBoolean();
        Reports reports = new Reports();
        FenceLedger ledger = new FenceLedger("test", false);
        FenceContext own = FenceContext.builder(FenceRuntime.builder()
                        .reporter(reports)
                        .clock(() -> {
                            if (broken.get()) {
                                throw new OutOfMemoryError("on purpose");
                            }
                            return 7;
                        })
                        .build())
                .ledger(ledger)
                .build();
        List<Runnable> queue = new ArrayList<>();
        FenceTask task = FenceTask.submit(own, TestOps.with(), 1, queue::add, () -> log.add("ran"));
        DmaFence first = own.newFence(TestOps.with(), 2);
        DmaFence second = own.newFence(TestOps.with(), 3);
        broken.set(true);
        queue.get(0).run();
        assertThat(task.fence().isSignaled()).isTrue();
        assertThat(ledger.signalAll(FenceError.ENODEV)).isEqualTo(2);
        assertThat(first.isSignaled() && second.isSignaled()).isTrue();
    }

    @Test
    void shouldFailTheFutureWhenThereIsNoMemoryForTheText() {
        Object unprintable = new Object() {
            @Override
            public String toString() {
                throw new OutOfMemoryError("on purpose");
            }
        };
        FenceErrorException failure = FenceFutures.failure(unprintable, FenceError.ETIME);
        assertThat(failure.error()).isEqualTo(FenceError.ETIME);
        assertThat(failure).hasMessage("a fence ended with -ETIME");
    }

    @Test
    void shouldSetTheErrorBeforeAnybodyIsToldOfIt() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        List<Integer> told = new ArrayList<>();
        DmaFence[] made = new DmaFence[1];
        FenceContext own = FenceContext.builder(FenceRuntime.builder()
                        .reporter((kind, message, cause) -> {
                            told.add(made[0].errno());
                            throw new OutOfMemoryError("on purpose");
                        })
                        .build())
                .build();
        ops.onEnable = f -> {
            throw new FenceErrorException("the ring", FenceError.ENOMEM);
        };
        made[0] = own.newFence(ops, 1);
        made[0].enableSignaling();
        assertThat(told).containsExactly(FenceError.ENOMEM.errno());
        assertThat(made[0].status().error()).isEqualTo(FenceError.ENOMEM);
    }

    @Test
    void shouldFindWhatKeepsItsIssuerWhenThereWasNoMemoryToKeepIt() {
        FenceLedger ledger = new FenceLedger("test", false);
        FenceContext own = FenceContext.builder(fixture.runtime).ledger(ledger).build();
        ledger.unkept = true; // as if the first try had failed
        DmaFence fence = own.newFence(TestOps.with(Op.RELEASE), 1);
        fence.addCallback(logging(log, "callback"));
        own.signal(fence);
        assertThat(ledger.kept()).hasSize(1);
        assertThat(ledger.drainsRunning()).isZero();
        assertThat(ledger.signaled()).isEqualTo(1);
        fence.release();
        assertThat(ledger.dependents()).isEmpty();
    }
}
