package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollTest {
    private static final int UNSET = 77;

    private final VirtualCpu cpu = VirtualCpu.create();
    private final UserProcess process = UserProcess.create(cpu.runtime(), ErrorPolicy.KERNEL);
    private final SyncCalls calls = new SyncCalls(process);
    private final int timeline = calls.timeline();
    private final PollFd one = new PollFd(calls.fence(timeline, 1), OpenFile.POLLIN);
    private final PollFd two = new PollFd(calls.fence(timeline, 2), OpenFile.POLLIN);

    @AfterEach
    void stop() {
        cpu.close();
    }

    @Test
    void shouldSleepUntilAnyFileIsReady() {
        cpu.after(5_000_000, () -> calls.inc(timeline, 1));

        assertThat(process.poll(List.of(two, one), 100)).isEqualTo(1);
        assertThat(one.revents).isEqualTo(OpenFile.POLLIN);
        assertThat(two.revents).isZero();
        assertThat(cpu.clock().nanoTime()).isEqualTo(5_000_000);
    }

    @Test
    void shouldTakeItsTimeWhenNothingHappens() {
        assertThat(process.poll(one, 3)).isZero();
        assertThat(cpu.clock().nanoTime()).isEqualTo(3_000_000);
        assertThat(process.poll(one, 0)).isZero();
        assertThat(cpu.clock().nanoTime()).isEqualTo(3_000_000);
    }

    @Test
    void shouldAnswerAtOnceWhenADescriptorIsBad() {
        PollFd bad = new PollFd(999, OpenFile.POLLIN);
        PollFd leftOut = new PollFd(-1, OpenFile.POLLIN);
        leftOut.revents = UNSET;

        assertThat(process.poll(List.of(leftOut, bad, one), -1)).isEqualTo(1);
        assertThat(bad.revents).isEqualTo(OpenFile.POLLNVAL);
        assertThat(leftOut.revents).isZero();
    }

    @Test
    void shouldReportOnlyWhatWasAskedFor() {
        calls.inc(timeline, 1);
        PollFd nothing = new PollFd(one.fd, 0);

        assertThat(process.poll(nothing, 1)).isZero();
        assertThat(process.poll(new PollFd(timeline, OpenFile.POLLIN | OpenFile.POLLOUT), 0))
                .as("a file without a poll op is always ready")
                .isEqualTo(1);
    }

    @Test
    void shouldSleepOnWhenTheFileIsClosedMeanwhile() {
        AtomicInteger result = new AtomicInteger(UNSET);
        VirtualTask poller = cpu.start("poller", () -> result.set(process.poll(one, -1)));
        cpu.settle();

        calls.close(one.fd);
        cpu.settle();
        assertThat(poller.isDone()).isFalse();
        calls.inc(timeline, 1);
        cpu.settle();

        assertThat(result).hasValue(1);
    }

    @Test
    void shouldEndWithEintrWhenInterrupted() {
        AtomicInteger result = new AtomicInteger(UNSET);
        VirtualTask poller = cpu.start("poller", () -> result.set(process.poll(one, -1)));
        cpu.settle();

        poller.interrupt();
        cpu.settle();

        assertThat(result).hasValue(Errno.EINTR);
    }

    @Test
    void shouldLeaveNothingBehindWhenTheTimePasses() {
        assertThat(process.poll(List.of(one, two), 1)).isZero();
        try (HeldFile<SyncFile> held = process.files().hold(one.fd, SyncFile.class)) {
            assertThat(Objects.requireNonNull(held).object().waiting()).isZero();
        }
    }
}
