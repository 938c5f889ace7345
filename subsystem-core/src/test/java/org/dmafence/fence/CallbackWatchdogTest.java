package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CallbackWatchdogTest {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final FenceContext context =
            FenceContext.builder(runtime).name("watched").build();
    private final CallbackWatchdog watchdog = new CallbackWatchdog();

    private static final class Named extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "timeline";
        }
    }

    @Test
    void shouldReportABlockingCallbackOnceWithItsThread() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        DmaFence fence = context.newFence(new Named(), 7);
        fence.addCallback(FenceCallback.of(f -> {
            entered.countDown();
            awaitQuietly(leave);
        }));
        Thread signaler = new Thread(() -> context.signal(fence), "blocked-signaller");
        signaler.start();
        entered.await();
        Awaitility.await().until(() -> signaler.getState() == Thread.State.WAITING); // in the second latch by now

        assertThat(watchdog.look()).as("first look only takes note").isZero();
        assertThat(watchdog.look()).isEqualTo(1);
        assertThat(watchdog.look()).as("not again").isZero();

        leave.countDown();
        signaler.join();
        assertThat(watchdog.look()).isZero();
        assertThat(reports)
                .singleElement()
                .asString()
                .startsWith("CALLBACK_STALLED")
                .contains("blocked-signaller")
                .contains(":7")
                .contains("awaitQuietly");
    }

    @Test
    void shouldStayQuietWhenCallbacksGetOn() {
        for (int i = 0; i < 3; i++) {
            DmaFence fence = context.newFence(new Named(), i);
            fence.addCallback(FenceCallback.of(f -> assertThat(watchdog.look()).isZero()));
            context.signal(fence);
        }
        assertThat(watchdog.look()).isZero();
        assertThat(reports).isEmpty();
    }

    @Test
    void shouldForgetThreadsThatEndedEvenIfNobodyLooks() {
        int threads = 200;
        int before = Signaler.known();
        Awaitility.await().until(() -> {
            for (int i = 0; i < threads; i++) {
                FenceFixture.join(FenceFixture.fork("short-lived", () -> Signaler.current()));
            }
            System.gc();
            return Signaler.known() < before + threads;
        });
        assertThat(watchdog.look()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
