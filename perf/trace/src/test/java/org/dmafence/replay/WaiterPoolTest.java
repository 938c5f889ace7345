package org.dmafence.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WaiterPoolTest {
    /** A driver's own wait, which comes back when the test says so and heeds no interrupt. */
    private static final class Deaf extends FenceOps {
        private final CountDownLatch end;

        Deaf(CountDownLatch end) {
            super(Op.WAIT);
            this.end = end;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "deaf";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "deaf-ring";
        }

        @Override
        protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // deaf
                }
            }
            return 0;
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldLeaveThreadsToThemselvesWhenADriversWaitNeverComesBack() {
        CountDownLatch end = new CountDownLatch(1);
        FenceContext context = FenceContext.builder(FenceRuntime.builder().build())
                .name("deaf")
                .build();
        WaiterPool pool = new WaiterPool(new Histogram(2));
        DmaFence first = context.newFence(new Deaf(end), 1);
        DmaFence second = context.newFence(new Deaf(end), 2);
        pool.start("first", first);
        pool.start("second", second);
        pool.stop("first");
        pool.stop("second");
        pool.close();
        assertThat(pool.skipped()).isZero();
        end.countDown();
        context.signal(first);
        context.signal(second);
        first.release();
        second.release();
    }
}
