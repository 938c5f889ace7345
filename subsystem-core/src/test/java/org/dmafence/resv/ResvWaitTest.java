package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.resv.ResvFixture.add;
import static org.dmafence.resv.ResvUsage.KERNEL;
import static org.dmafence.resv.ResvUsage.READ;
import static org.dmafence.resv.ResvUsage.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResvWaitTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final ResvFixture fixture = new ResvFixture(cpu.runtimeBuilder());
    private final ReservationObject object = fixture.object();
    private final DmaFence first = fixture.fence(1, 1);
    private final DmaFence second = fixture.fence(2, 1);
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() {
        cpu.close();
    }

    private VirtualTask waiter(ResvUsage usage, boolean interruptible, long timeoutNs) {
        VirtualTask task =
                cpu.start("waiter", () -> log.add(Long.toString(object.waitTimeout(usage, interruptible, timeoutNs))));
        cpu.settle();
        return task;
    }

    @Test
    void shouldAnswerWhatIsLeftOfTheTimeWhenAllSignaled() {
        add(object, WRITE, first);
        add(object, READ, second);
        VirtualTask unused = waiter(READ, false, 1000);
        cpu.advanceNs(300);
        fixture.signal(first);
        cpu.advanceNs(200);
        assertThat(log).isEmpty();
        fixture.signal(second);
        cpu.settle();
        assertThat(log).containsExactly("500");
    }

    @Test
    void shouldAnswerZeroWhenTheTimePassed() {
        add(object, WRITE, first);
        VirtualTask unused = waiter(WRITE, false, 1000);
        cpu.advanceNs(1000);
        assertThat(log).containsExactly("0");
    }

    @Test
    void shouldOnlyLookWhenThereIsNoTime() {
        assertThat(object.waitTimeout(WRITE, false, 0)).isEqualTo(1);
        add(object, WRITE, first, second);
        assertThat(object.waitTimeout(WRITE, false, 0)).isZero();
        assertThat(object.waitTimeout(KERNEL, false, 0)).isEqualTo(1);
        fixture.signal(first);
        assertThat(object.waitTimeout(WRITE, false, 0)).isZero();
        fixture.signal(second);
        assertThat(object.waitTimeout(WRITE, false, 0)).isEqualTo(1);
        assertThat(object.waitTimeout(WRITE, false, 77)).isEqualTo(77);
        assertThat(object.waitTimeout(WRITE, false, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(object.waitTimeout(WRITE, false, -1)).isEqualTo(FenceError.EINVAL.errno());
    }

    @Test
    void shouldWaitForWhatCameMeanwhileOnlyWhenTheListWasReplaced() {
        add(object, WRITE, first);
        VirtualTask appended = waiter(WRITE, false, Long.MAX_VALUE);
        add(object, WRITE, second);
        VirtualTask late = waiter(WRITE, false, Long.MAX_VALUE);
        fixture.signal(first);
        cpu.settle();
        assertThat(appended.isDone()).isTrue();
        assertThat(late.isDone()).isFalse();
        DmaFence third = fixture.fence(3, 1);
        ResvFixture.locked(object, () -> {
            object.reserve(50);
            object.add(third, WRITE);
        });
        fixture.signal(second);
        cpu.settle();
        assertThat(late.isDone()).isFalse();
        fixture.signal(third);
        cpu.settle();
        assertThat(late.isDone()).isTrue();
    }

    @Test
    void shouldStopWhenInterruptedIfAllowed() {
        add(object, WRITE, first);
        VirtualTask interruptible = waiter(WRITE, true, Long.MAX_VALUE);
        VirtualTask stubborn = waiter(WRITE, false, Long.MAX_VALUE);
        stubborn.interrupt();
        interruptible.interrupt();
        cpu.settle();
        assertThat(log).containsExactly("-512");
        fixture.signal(first);
        cpu.settle();
        assertThat(log).containsExactly("-512", Long.toString(Long.MAX_VALUE));
    }

    @Test
    void shouldAnswerWhetherItSignaledWhenAwaited() {
        add(object, WRITE, first, second);
        VirtualTask unused = cpu.start("waiter", () -> {
            try {
                log.add("" + object.await(WRITE, 10, TimeUnit.NANOSECONDS));
                log.add("" + object.await(WRITE, 10, TimeUnit.SECONDS));
                log.add("" + object.await(READ, 0, TimeUnit.SECONDS));
                boolean never = object.await(READ, -1, TimeUnit.SECONDS);
                log.add("" + never);
            } catch (InterruptedException | IllegalArgumentException e) {
                log.add(e.getClass().getSimpleName());
            }
        });
        cpu.advanceNs(10);
        assertThat(log).containsExactly("false");
        fixture.signal(second, FenceError.EIO);
        fixture.signal(first);
        cpu.settle();
        assertThat(log).containsExactly("false", "true", "true", "IllegalArgumentException");
        assertThat(object.pollError(WRITE)).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldThrowWhenInterruptedWhileAwaiting() {
        add(object, WRITE, first);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> object.await(WRITE, 1, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(first.references()).as("the cursor's is dropped").isEqualTo(2);
    }
}
