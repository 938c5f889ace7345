package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimelinePublisherTest {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final SyncTimeline timeline = SyncTimeline.create(runtime, "task");
    private final Keeping subscriber = new Keeping();

    @AfterEach
    void assertNothingWasReported() {
        assertThat(reports).isEmpty();
    }

    /** Keeps what it is told. */
    private static final class Keeping implements Flow.Subscriber<Long> {
        final List<Long> values = new ArrayList<>();
        final List<Throwable> errors = new ArrayList<>();
        Flow.Subscription subscription = new Flow.Subscription() {
            @Override
            public void request(long count) {
                throw new AssertionError("not subscribed yet");
            }

            @Override
            public void cancel() {
                throw new AssertionError("not subscribed yet");
            }
        };
        Consumer<Long> onNext = value -> {};

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Long value) {
            values.add(value);
            onNext.accept(value);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
        }

        @Override
        public void onComplete() {
            errors.add(new AssertionError("a timeline has no end of its own"));
        }
    }

    private void subscribe() {
        timeline.values(Runnable::run).subscribe(subscriber);
    }

    @Test
    void shouldTellEveryValueInOrderWhenReached() {
        timeline.increment(10);
        subscribe();
        subscriber.subscription.request(Long.MAX_VALUE);
        assertThat(subscriber.values).isEmpty();

        timeline.increment(1);
        assertThat(subscriber.values).containsExactly(11L);
        timeline.increment(3);
        assertThat(subscriber.values).containsExactly(11L, 12L, 13L, 14L);
        assertThat(subscriber.errors).isEmpty();
    }

    @Test
    void shouldTellNoMoreThanWasAskedFor() {
        subscribe();
        subscriber.subscription.request(2);
        timeline.increment(5);
        assertThat(subscriber.values).containsExactly(1L, 2L);

        subscriber.subscription.request(1);
        subscriber.subscription.request(1);
        assertThat(subscriber.values).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldNotNestWhenTheSubscriberAsksInside() {
        int[] depth = new int[2];
        subscriber.onNext = value -> {
            depth[1] = Math.max(depth[1], ++depth[0]);
            subscriber.subscription.request(1);
            depth[0]--;
        };
        subscribe();
        timeline.increment(10_000);

        subscriber.subscription.request(1);

        assertThat(subscriber.values).hasSize(10_000);
        assertThat(depth[1]).isEqualTo(1);
    }

    @Test
    void shouldCountOnWhenTheTimelineWraps() {
        timeline.increment(0xffff_fffeL);
        subscribe();
        subscriber.subscription.request(Long.MAX_VALUE);

        timeline.increment(3);

        assertThat(subscriber.values).containsExactly(0xffff_ffffL, 0x1_0000_0000L, 0x1_0000_0001L);
    }

    @Test
    void shouldFindWhatItMissedThoughTheTimelineIsMoreThanHalfATurnAhead() {
        subscribe();
        timeline.increment(0xf000_0000L);

        subscriber.subscription.request(3);

        assertThat(subscriber.values).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldHoldNothingAfterItIsCancelled() {
        DmaFence next = timeline.point(1);
        subscribe();
        subscriber.subscription.request(1);
        assertThat(next.references()).isEqualTo(2);

        subscriber.subscription.cancel();
        subscriber.subscription.cancel();
        subscriber.subscription.request(1);

        assertThat(next.references()).isEqualTo(1);
        next.release(); // would be reported if a callback were pending
        timeline.increment(1);
        assertThat(subscriber.values).isEmpty();
        assertThat(subscriber.errors).isEmpty();
    }

    @Test
    void shouldStopWhenTheSubscriberCancelsInside() {
        subscriber.onNext = value -> subscriber.subscription.cancel();
        subscribe();
        subscriber.subscription.request(Long.MAX_VALUE);

        timeline.increment(5);

        assertThat(subscriber.values).containsExactly(1L);
    }

    @Test
    void shouldEndWithTheErrorWhenTheTimelineIsClosed() {
        subscribe();

        timeline.close();

        assertEnoent();
        Keeping late = new Keeping();
        timeline.values(Runnable::run).subscribe(late);
        assertThat(late.errors).singleElement().isInstanceOf(FenceErrorException.class);
    }

    @Test
    void shouldTellWhatWasReachedBeforeTheTimelineWasClosed() {
        subscribe();
        timeline.increment(2);
        timeline.close();
        assertThat(subscriber.errors).isEmpty();

        subscriber.subscription.request(5);

        assertThat(subscriber.values).containsExactly(1L, 2L);
        assertEnoent();
    }

    private void assertEnoent() {
        assertThat(subscriber.errors)
                .singleElement()
                .isInstanceOfSatisfying(
                        FenceErrorException.class, e -> assertThat(e.error()).isEqualTo(FenceError.ENOENT));
    }

    @Test
    void shouldEndWithAnErrorWhenTheRequestIsNotPositive() {
        subscribe();
        subscriber.subscription.request(0);

        assertThat(subscriber.errors).singleElement().isInstanceOf(IllegalArgumentException.class);
        timeline.increment(1);
        assertThat(subscriber.values).isEmpty();
    }

    @Test
    void shouldReportASubscriberThatThrowsAndGoOn() {
        subscriber.onNext = value -> {
            throw new IllegalStateException("on purpose");
        };
        subscribe();
        subscriber.subscription.request(Long.MAX_VALUE);

        timeline.increment(2);

        assertThat(subscriber.values).containsExactly(1L);
        assertThat(subscriber.errors).isEmpty();
        assertThat(timeline.value()).isEqualTo(2);
        assertThat(reports).singleElement().asString().contains("threw at point 1");
        reports.clear();
    }

    @Test
    void shouldEndWithAnErrorWhenTheExecutorRefuses() {
        timeline.values(command -> {
                    throw new RejectedExecutionException("shut down");
                })
                .subscribe(subscriber);

        assertThat(subscriber.errors).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void shouldRunTheSubscriberOnTheExecutorOnly() {
        ArrayDeque<Runnable> queue = new ArrayDeque<>();
        timeline.values(queue::add).subscribe(subscriber);
        subscriber.subscription.request(2);
        runAll(queue);

        timeline.increment(2);
        assertThat(subscriber.values).isEmpty();
        assertThat(queue).as("one message for any amount of news").hasSize(1);
        runAll(queue);
        assertThat(subscriber.values).containsExactly(1L, 2L);
    }

    private static void runAll(ArrayDeque<Runnable> queue) {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }

    @Test
    void shouldPassOnWhatTheSourceOfFuturesThrows() {
        TimelinePublisher broken = new TimelinePublisher(
                runtime,
                () -> 1,
                point -> {
                    throw new IllegalStateException("no future of point " + point);
                },
                Runnable::run);
        broken.subscribe(subscriber);

        assertThat(subscriber.errors).singleElement().asString().contains("no future of point 1");
    }

    @Test
    void shouldTellTheValueWhateverItsFenceEndedWith() {
        DmaFence failing = timeline.point(2);
        timeline.setError(failing, FenceError.EIO);
        subscribe();
        subscriber.subscription.request(Long.MAX_VALUE);

        timeline.increment(3);

        assertThat(subscriber.values).containsExactly(1L, 2L, 3L);
        assertThat(subscriber.errors).isEmpty();
    }

    @Test
    void shouldServeTheTimelineOfASyncObjAsWell() {
        SyncObj object = SyncObj.create(runtime);
        object.signal(3);
        new TimelinePublisher(runtime, () -> object.pollReachedPoint() + 1, object::whenSignaled, Runnable::run)
                .subscribe(subscriber);
        subscriber.subscription.request(Long.MAX_VALUE);
        DmaFence fence = timeline.point(1);
        object.addPoint(fence, 5);
        assertThat(subscriber.values).isEmpty();

        timeline.increment(1);
        assertThat(subscriber.values).containsExactly(4L, 5L);
        DmaFence failing = timeline.point(2);
        object.addPoint(failing, 6);
        timeline.close();
        assertThat(subscriber.values).containsExactly(4L, 5L);
        assertEnoent();
        fence.release();
        failing.release();
    }

    @Test
    void shouldServeManySubscribersEachAtItsOwnPace() {
        Keeping slow = new Keeping();
        subscribe();
        timeline.values(Runnable::run).subscribe(slow);
        subscriber.subscription.request(Long.MAX_VALUE);
        slow.subscription.request(1);

        timeline.increment(3);

        assertThat(subscriber.values).containsExactly(1L, 2L, 3L);
        assertThat(slow.values).containsExactly(1L);
    }
}
