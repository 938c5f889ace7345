package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.RecordedFences;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class I915RingTest {
    private static final long SECOND = 1_000_000_000L;

    private final DriverTestContext context = new DriverTestContext();
    private final I915Ring ring = new I915Ring(context, new RingSpec("card0", "rcs0", "request", 4));

    @Test
    void shouldBeTheKernelsContextWhenItHasNoName() {
        I915Ring kernel = new I915Ring(context, new RingSpec("card0", "", "request", 4));
        assertThat(kernel.submit(RingJob.external(1)).timelineName()).isEqualTo("[i915]");
    }

    @Test
    void shouldCancelAHungRequestWhenTheWatchdogExpires() {
        DmaFence hung = ring.submit(new RingJob(1, RingJob.HANG, null));
        context.passNs(SECOND);
        DmaFence behind = ring.submit(RingJob.lasting(2, 10));
        hung.enableSignaling();

        assertThat(ring.advance(context.nowNs())).isEqualTo(20 * SECOND);
        context.passNs(19 * SECOND);
        ring.advance(context.nowNs());

        assertThat(context.notices()).containsExactly("Fence expiration time out i915-card0:rcs0:1!");
        assertThat(hung.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.EINTR));
        assertThat(behind.isSignaled()).isFalse();
        context.passNs(10);
        ring.advance(context.nowNs());
        assertThat(behind.pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldSignalWhatNobodyEnabledWhenTheRingFallsIdle() {
        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence second = ring.submit(RingJob.external(2));
        ring.complete(1, null);
        assertThat(first.isSignaled()).as("nobody was told").isFalse();
        ring.complete(2, null);
        assertThat(first.isSignaled()).isTrue();
        assertThat(second.isSignaled()).isTrue();
    }

    @Test
    void shouldSignalWhatNobodyEnabledAtTheNextSubmission() {
        DmaFence first = ring.submit(RingJob.external(1));
        ring.submit(RingJob.external(2));
        ring.complete(1, null);
        ring.submit(RingJob.external(3));
        assertThat(first.isSignaled()).isTrue();
    }

    @Test
    void shouldSignalWhatNobodyEnabledWhenTheWorkerComes() {
        DmaFence first = ring.submit(RingJob.external(1));
        ring.submit(RingJob.external(2));
        ring.complete(1, null);
        assertThat(ring.advance(0)).isEqualTo(SECOND);
        ring.advance(SECOND);
        assertThat(first.isSignaled()).isTrue();
    }

    @Test
    void shouldKeepTheResultOfWhatTheHardwareFinishedWhenKilled() {
        DmaFence finished = ring.submit(RingJob.external(1));
        DmaFence running = ring.submit(RingJob.external(2));
        ring.complete(1, null);
        ring.kill(FenceError.ENODEV);
        assertThat(finished.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(running.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENODEV));
    }

    @Test
    void shouldPinTheModuleUntilTheLastRelease() {
        DmaFence fence = ring.submit(RingJob.external(1));
        ring.complete(1, null);
        assertThat(context.ledger().dependents())
                .singleElement()
                .satisfies(entry -> assertThat(entry.fence()).isSameAs(fence));
        assertThat(fence.independence().independent()).isFalse();
        fence.release();
        assertThat(context.ledger().dependents()).isEmpty();
    }

    @Test
    void shouldRunOnAHandfulOfRequestObjects() {
        for (int id = 0; id < 1_000; id++) {
            DmaFence fence = Objects.requireNonNull(ring.submit(RingJob.external(id)));
            assertThat(fence.addCallback(FenceCallback.of(f -> {}))).isTrue();
            ring.complete(id, null);
            fence.release();
        }
        assertThat(ring.stats().allocated()).isLessThanOrEqualTo(2);
        assertThat(ring.stats().recycled()).isGreaterThanOrEqualTo(998);
        assertThat(ring.stats().interrupts()).isEqualTo(1_000);
    }

    @Test
    void shouldSignalOnceWhenACallbackSubmitsAndCompletes() {
        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence[] second = new DmaFence[1];
        first.addCallback(FenceCallback.of(fence -> {
            second[0] = ring.submit(RingJob.external(2));
            ring.complete(2, null);
        }));
        ring.complete(1, null);
        assertThat(second[0].isSignaled()).isTrue();
        assertThat(context.reports()).isEmpty();
    }

    @Test
    void shouldTellTheFlightRecorderWhichJobARequestIsOf(@TempDir Path directory) {
        List<String> events = RecordedFences.record(directory, "card0", () -> {
            DmaFence fence = ring.submit(RingJob.external(77));
            ring.complete(77, null);
            fence.release();
            I915Ring kernel = new I915Ring(context, new RingSpec("card0", "", "request", 4));
            kernel.submit(RingJob.external(78));
        });

        assertThat(events)
                .contains("Init 1 hardware 77 rcs0", "Emit 1 hardware 77 rcs0", "Signaled 1 hardware 77 rcs0")
                .contains("Init 1 hardware 78 ")
                .anyMatch(event -> event.startsWith("Destroy 1 hardware 77"));
    }
}
