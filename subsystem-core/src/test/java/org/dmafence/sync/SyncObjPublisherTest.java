package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncObjPublisherTest {
    private final SyncObjRig rig = new SyncObjRig();
    private final SyncObj object = SyncObj.create(rig.runtime);
    private final List<Object> told = new ArrayList<>();
    private Flow.Subscription subscription = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    @AfterEach
    void close() {
        rig.close();
        assertThat(rig.reports).isEmpty();
    }

    private void subscribe() {
        object.points(Runnable::run).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Long point) {
                told.add(point);
            }

            @Override
            public void onError(Throwable error) {
                told.add(error.getMessage());
            }

            @Override
            public void onComplete() {
                told.add("complete");
            }
        });
    }

    @Test
    void shouldTellEachPointWhenItIsReached() {
        object.signal(2);
        subscribe();
        DmaFence three = rig.fence("3");
        DmaFence five = rig.fence("5");
        object.addPoint(three, 3);
        object.addPoint(five, 5);
        rig.signal(five);
        assertThat(told).isEmpty();
        rig.signal(three);
        assertThat(told).containsExactly(3L, 4L, 5L);
        object.signal(6);
        assertThat(told).containsExactly(3L, 4L, 5L, 6L);
    }

    @Test
    void shouldEndWithTheErrorOfAPoint() {
        subscribe();
        DmaFence one = rig.fence("1");
        object.addPoint(one, 1);
        rig.signal(one, FenceError.EIO);
        assertThat(told).hasSize(1).allMatch(error -> error.toString().contains("EIO"));
    }

    @Test
    void shouldEndWhenTheObjectIsFreed() {
        subscribe();
        object.release();
        assertThat(told).hasSize(1).allMatch(error -> error.toString().contains("ECANCELED"));
    }

    @Test
    void shouldEndAfterTheLastNumberThereIs() {
        object.signal(-2);
        subscribe();
        object.signal(-1);
        assertThat(told).hasSize(2).first().isEqualTo(-1L);
        assertThat(told).last().asString().contains("a point after the last");
    }

    @Test
    void shouldLeaveNothingBehindWhenCancelled() {
        subscribe();
        subscription.cancel();
        object.signal(1);
        object.release();
        assertThat(told).isEmpty();
    }
}
