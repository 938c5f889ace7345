package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dmafence.fence.FenceReporter.Kind;
import org.dmafence.foreign.ForeignException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceCallbackTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final DmaFence fence = fixture.fence();
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldRunCallbacksInTheOrderOfAdding() {
        for (int i = 0; i < 5; i++) {
            fence.addCallback(logging(log, "callback " + i));
        }
        context.signal(fence);
        assertThat(log).containsExactly("callback 0", "callback 1", "callback 2", "callback 3", "callback 4");
    }

    @Test
    void shouldRunWaitersBeforeCallbacksAndTheLastWaiterFirst() {
        fence.add(logging(log, "callback 1"), false);
        fence.add(logging(log, "waiter 1"), true);
        fence.add(logging(log, "callback 2"), false);
        fence.add(logging(log, "waiter 2"), true);
        context.signal(fence);
        assertThat(log).containsExactly("waiter 2", "waiter 1", "callback 1", "callback 2");
    }

    @Test
    void shouldRemoveFromAnyPlaceOfTheList() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> ran = new ArrayList<>();
            DmaFence next = fixture.fence();
            List<FenceCallback> callbacks = new ArrayList<>();
            int count = 1 + random.nextInt(8);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                callbacks.add(logging(ran, "c" + i));
                assertThat(next.addCallback(callbacks.get(i))).isTrue();
                expected.add("c" + i);
            }
            List<Integer> victims =
                    new ArrayList<>(IntStream.range(0, count).boxed().toList());
            Collections.shuffle(victims, random);
            for (int victim : victims.subList(0, random.nextInt(count + 1))) {
                assertThat(next.removeCallback(callbacks.get(victim))).isTrue();
                assertThat(next.removeCallback(callbacks.get(victim))).isFalse();
                expected.remove("c" + victim);
                if (random.nextBoolean()) {
                    assertThat(next.addCallback(callbacks.get(victim))).isTrue();
                    expected.add("c" + victim);
                }
            }
            context.signal(next);
            assertThat(ran).as("seed %d, round %d", seed, round).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseACallbackThatIsOnAFence() {
        FenceCallback callback = logging(log, "callback");
        fence.addCallback(callback);
        DmaFence other = fixture.fence();
        assertThatThrownBy(() -> other.addCallback(callback))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("remove it there first");
        assertThatThrownBy(() -> fence.addCallback(callback)).isInstanceOf(IllegalStateException.class);
        assertThat(other.removeCallback(callback)).isFalse();
        context.signal(fence);
        assertThat(log).containsExactly("callback");
        assertThat(other.addCallback(callback)).isTrue();
    }

    @Test
    void shouldAnswerFalseForACallbackThatWasNeverAdded() {
        assertThat(fence.removeCallback(logging(log, "stranger"))).isFalse();
        FenceCallback late = logging(log, "late");
        context.signal(fence);
        assertThat(fence.addCallback(late)).isFalse();
        assertThat(fence.removeCallback(late)).isFalse();
    }

    @Test
    void shouldFreeACallbackBeforeItRuns() {
        DmaFence second = fixture.fence();
        FenceCallback[] self = new FenceCallback[1];
        self[0] = FenceCallback.of(f -> {
            log.add("at " + f.seqno());
            if (f == fence) {
                assertThat(f.removeCallback(self[0])).as("runs right now").isFalse();
                assertThat(second.addCallback(self[0])).isTrue();
            }
        });
        fence.addCallback(self[0]);
        context.signal(fence);
        context.signal(second);
        assertThat(log).containsExactly("at 1", "at 1");
    }

    @Test
    void shouldRefuseACallbackAddedFromInsideASignaledFence() {
        fence.addCallback(FenceCallback.of(f -> log.add("added " + f.addCallback(logging(log, "never")))));
        context.signal(fence);
        assertThat(log).containsExactly("added false");
    }

    @Test
    void shouldLetACallbackRemoveTheNextButNotTheOneBefore() {
        FenceCallback first = logging(log, "first");
        FenceCallback third = logging(log, "third");
        fence.addCallback(first);
        fence.addCallback(FenceCallback.of(f -> {
            log.add("first " + f.removeCallback(first));
            log.add("third " + f.removeCallback(third));
        }));
        fence.addCallback(third);
        fence.addCallback(logging(log, "fourth"));
        context.signal(fence);
        assertThat(log).containsExactly("first", "first false", "third true", "fourth");
        assertThat(fence.callbacksAcquire()).isNull();
    }

    @Test
    void shouldRunTheOthersWhenOneThrows() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        fence.addCallback(FenceCallback.of(f -> {
            throw failure;
        }));
        fence.addCallback(FenceCallback.of(f -> {
            throw new StackOverflowError("on purpose");
        }));
        fence.addCallback(logging(log, "third"));
        context.signal(fence);
        assertThat(log).containsExactly("third");
        assertThat(fixture.reports.kinds()).containsExactly(Kind.CALLBACK_FAILED, Kind.CALLBACK_FAILED);
        assertThat(fixture.reports.all().get(0).cause())
                .isInstanceOf(ForeignException.class)
                .hasMessage(failure.toString());
        assertThat(fixture.reports.all().get(0).message())
                .contains(fence.toString())
                .contains("on purpose");
    }

    @Test
    void shouldMakeARemoverWaitForACallbackThatRuns() {
        var inside = new java.util.concurrent.CountDownLatch(1);
        var letGo = new java.util.concurrent.CountDownLatch(1);
        FenceCallback blocking = FenceCallback.of(f -> {
            inside.countDown();
            FenceFixture.await(letGo);
            log.add("finished");
        });
        fence.addCallback(blocking);
        var signaler = FenceFixture.fork("signaller", () -> context.signal(fence));
        FenceFixture.await(inside);
        assertThat(fence.isSignaled())
                .as("a callback that blocks holds up nobody who looks")
                .isTrue();
        assertThat(fence.timestampNs()).isEqualTo(1);
        boolean[] removed = {true};
        List<String> seen = new ArrayList<>();
        var remover = FenceFixture.fork("remover", () -> {
            removed[0] = fence.removeCallback(blocking);
            seen.addAll(log);
        });
        assertThat(remover).isNotDone();
        letGo.countDown();
        FenceFixture.join(signaler);
        FenceFixture.join(remover);
        assertThat(removed[0]).isFalse();
        assertThat(seen).containsExactly("finished");
    }

    @Test
    void shouldNeitherOverflowTheStackNorLoseACallbackWhenSignalsNestDeeply() {
        int deep = 10_000;
        DmaFence[] fences = new DmaFence[deep];
        int[] ran = new int[deep];
        for (int i = 0; i < deep; i++) {
            int at = i;
            fences[i] = context.newFence(TestOps.with(), i);
            fences[i].addCallback(FenceCallback.of(f -> {
                ran[at]++;
                if (at + 1 < deep) {
                    context.signal(fences[at + 1]);
                }
            }));
            fences[i].addCallback(FenceCallback.of(f -> ran[at]++));
        }
        context.signal(fences[0]);
        assertThat(ran).containsOnly(2);
        assertThat(fences).allSatisfy(f -> assertThat(f.callbacksAcquire()).isNull());
        assertThat(fixture.reports.all()).isEmpty();
    }
}
