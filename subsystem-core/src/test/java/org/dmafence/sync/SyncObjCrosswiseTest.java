package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.FenceChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two timelines whose points are exported to files and imported into each other, over and over. */
class SyncObjCrosswiseTest {
    private final List<String> reports = new ArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(message))
            .build();
    private final AtomicLong polls = new AtomicLong();
    private final FenceContext context = FenceContext.builder(runtime).build();
    private final SyncObj one = SyncObj.create(runtime);
    private final SyncObj two = SyncObj.create(runtime);

    private static void copy(SyncObj from, SyncObj to, long point) {
        DmaFence exported = SyncObjRig.at(from, 0);
        try (SyncFile file = SyncFile.create(exported)) {
            DmaFence imported = file.fence();
            to.addPoint(imported, point);
            imported.release();
        } finally {
            exported.release();
        }
    }

    private long pollsOf(int exports) {
        polls.set(0);
        for (int i = 1; i <= exports; i++) {
            one.addPoint(context.newFence(new Counted(), i), 2L * i);
            copy(one, two, 2L * i);
            copy(two, one, 2L * i + 1);
        }
        return polls.get();
    }

    @Test
    void shouldPutNoChainIntoAChain() {
        assertThat(pollsOf(20)).isPositive();
        DmaFence at = one.fence();
        for (int links = 0; at != null && links < 100; links++) {
            assertThat(FenceChain.isChain(FenceChain.contained(at))).isFalse();
            at = FenceChain.walk(at);
        }
        assertThat(reports).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSignalWhatWasCopiedWhenAllOfItHas(int last) {
        DmaFence first = context.newFence(new Counted(), 1);
        DmaFence second = context.newFence(new Counted(), 2);
        one.addPoint(first, 1);
        one.addPoint(second, 2);
        copy(one, two, 1);
        DmaFence copied = SyncObjRig.at(two, 1);
        copied.enableSignaling();
        context.signal(last == 0 ? second : first);
        assertThat(copied.isSignaled()).isFalse();
        context.signal(last == 0 ? first : second);
        assertThat(copied.isSignaled()).isTrue();
    }

    @Test
    void shouldNotCostMoreThanItsSquare() {
        long some = pollsOf(50);
        SyncObjCrosswiseTest other = new SyncObjCrosswiseTest();
        long fourTimes = other.pollsOf(200);
        System.out.println("crosswise: 50 exports " + some + " polls, 200 exports " + fourTimes);
        assertThat(fourTimes).isLessThan(some * 24);
    }

    private final class Counted extends FenceOps {
        Counted() {
            super(Op.SIGNALED);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "d";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "t";
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            polls.incrementAndGet();
            return false;
        }
    }
}
