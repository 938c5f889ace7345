package org.dmafence.actors.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class InboxTest {
    private final Quiescence quiescence = new Quiescence();
    private final List<Integer> rest = new CopyOnWriteArrayList<>();
    private final AtomicInteger rings = new AtomicInteger();
    private final List<Integer> seen = new ArrayList<>();

    private Inbox<Integer> inbox(int capacity) {
        Inbox<Integer> inbox = new Inbox<>(capacity, rest::add, quiescence);
        inbox.connect(rings::incrementAndGet);
        return inbox;
    }

    private void answer(Inbox<Integer> inbox) {
        inbox.drain(seen::add);
        inbox.settle();
    }

    @Test
    void shouldRingOnceUntilAnswered() {
        Inbox<Integer> inbox = inbox(8);
        inbox.offer(1);
        inbox.offer(2);
        inbox.append(3);
        inbox.ring();
        assertThat(rings).hasValue(1);

        answer(inbox);
        assertThat(seen).containsExactly(1, 2, 3);
        inbox.offer(4);

        assertThat(rings).hasValue(2);
        assertThat(inbox.doorbells()).isEqualTo(1);
    }

    @Test
    void shouldRingAgainAfterAFullBatch() {
        Inbox<Integer> inbox = inbox(2 * Inbox.BATCH);
        for (int i = 0; i < Inbox.BATCH + 1; i++) {
            inbox.offer(i);
        }
        answer(inbox);
        assertThat(seen).hasSize(Inbox.BATCH);
        assertThat(rings).hasValue(2);
        answer(inbox);

        assertThat(seen).hasSize(Inbox.BATCH + 1);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldLookAgainAtWhatCameWhileItWasWorking() {
        Inbox<Integer> inbox = inbox(8);
        inbox.offer(1);
        inbox.drain(seen::add);
        inbox.offer(2);
        assertThat(rings).as("it is not idle").hasValue(1);
        inbox.settle();

        assertThat(rings).hasValue(2);
    }

    @Test
    void shouldNotLoseAPokeThatComesWhileItIsWorking() {
        Inbox<Integer> inbox = inbox(8);
        inbox.poke();
        inbox.drain(seen::add);
        inbox.poke();
        assertThat(quiescence.isQuiescent()).isFalse();
        inbox.settle();
        assertThat(rings).hasValue(2);
        answer(inbox);

        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldRefuseWhenFull() {
        Inbox<Integer> inbox = inbox(2);

        assertThat(inbox.offer(1)).isTrue();
        assertThat(inbox.offer(2)).isTrue();
        assertThat(inbox.offer(3)).isFalse();
    }

    @Test
    void shouldHandOverTheRestWhenClosed() {
        Inbox<Integer> inbox = inbox(8);
        inbox.offer(1);
        inbox.close();
        inbox.offer(2);

        assertThat(rest).containsExactly(1, 2);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    /** Nobody may take it for quiet while an item that was offered is being ended. */
    @Test
    void shouldNotBeQuietWhileTheRestIsBeingEnded() {
        List<Boolean> quiet = new ArrayList<>();
        Inbox<Integer> inbox = new Inbox<>(8, item -> quiet.add(quiescence.isQuiescent()), quiescence);
        inbox.connect(rings::incrementAndGet);
        inbox.append(1); // and not rung for yet
        inbox.close();
        inbox.offer(2); // late

        assertThat(quiet).containsExactly(false, false);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldHandOverAllTheRestWhenOneItemThrows() {
        Inbox<Integer> inbox = new Inbox<>(
                8,
                item -> {
                    rest.add(item);
                    if (item == 1) {
                        throw new IllegalStateException("1");
                    }
                },
                quiescence);
        inbox.connect(rings::incrementAndGet);
        inbox.offer(1);
        inbox.offer(2);

        inbox.close();
        inbox.offer(1);
        inbox.offer(3);

        assertThat(rest).containsExactly(1, 2, 1, 3);
    }

    @Test
    void shouldBeQuietOnlyWhenTheBatchIsWorkedOff() throws InterruptedException {
        Inbox<Integer> inbox = inbox(8);
        assertThat(quiescence.await(0)).isTrue();
        inbox.offer(1);
        assertThat(quiescence.await(1_000_000)).isFalse();
        inbox.drain(seen::add);
        assertThat(quiescence.isQuiescent()).isFalse();
        inbox.settle();

        assertThat(quiescence.await(0)).isTrue();
    }

    @Test
    void shouldBeQuietAfterARingThatFoundItBusyAlready() {
        Inbox<Integer> inbox = inbox(8);
        for (int i = 0; i < 5; i++) {
            inbox.offer(i);
            inbox.poke();
        }
        assertThat(quiescence.isQuiescent()).isFalse();
        answer(inbox);
        assertThat(rings).hasValue(1);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldNotBeQuietBetweenTwoInboxesWhenOneFillsTheOther() {
        Inbox<Integer> first = inbox(8);
        Inbox<Integer> second = inbox(8);
        first.offer(1);
        first.drain(second::offer);
        assertThat(quiescence.isQuiescent()).isFalse();
        first.settle();
        assertThat(quiescence.isQuiescent()).isFalse();
        answer(second);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldBeQuietWhenABusyOneIsClosedThoughItSettlesLater() {
        Inbox<Integer> inbox = inbox(8);
        Inbox<Integer> other = inbox(8);
        other.offer(1);
        inbox.offer(1);
        inbox.drain(seen::add);
        inbox.close();
        inbox.settle();
        inbox.close();

        assertThat(quiescence.isQuiescent()).isFalse();
        answer(other);
        assertThat(quiescence.isQuiescent()).isTrue();
    }

    @Test
    void shouldDeliverEverythingOnceWhenProducersRace() throws InterruptedException {
        int producers = 3;
        int each = 20_000;
        ExecutorService actor = Executors.newSingleThreadExecutor();
        AtomicLong sum = new AtomicLong();
        AtomicLong count = new AtomicLong();
        Inbox<Integer> inbox = new Inbox<>(1 << 16, rest::add, quiescence);
        inbox.connect(() -> actor.execute(() -> {
            inbox.drain(item -> {
                sum.addAndGet(item);
                count.incrementAndGet();
            });
            inbox.settle();
        }));
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            Thread thread = new Thread(
                    () -> {
                        for (int i = 1; i <= each; i++) {
                            while (!inbox.offer(i)) {
                                Thread.onSpinWait();
                            }
                        }
                    },
                    "producer-" + p);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(quiescence.await(Duration.ofSeconds(10).toNanos())).isTrue();
        assertThat(count).hasValue((long) producers * each);
        assertThat(sum).hasValue((long) producers * each * (each + 1) / 2);
        actor.shutdown();
        await().atMost(Duration.ofSeconds(10)).until(actor::isTerminated);
    }
}
