package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.trace.FenceTag;
import org.junit.jupiter.api.Test;

class UserqFenceDriverTest {
    private final DriverTestContext context = new DriverTestContext();
    private final UserqFenceDriver driver = new UserqFenceDriver(
            context, "glxgears", context.newContext("glxgears").build(), seqno -> FenceTag.NONE);

    @Test
    void shouldBeSignaledByAPollWhenTheReadPointerIsThere() {
        DmaFence first = driver.newFence(5);
        DmaFence second = driver.newFence(6);
        assertThat(first.isSeqno64()).isTrue();
        driver.write(5, null);
        assertThat(first.isSignaled()).isFalse();
        assertThat(first.pollSignaled()).isTrue();
        assertThat(second.pollSignaled()).isFalse();
        driver.process();
        assertThat(first.references())
                .as("the list's is gone, and it was the only one")
                .isZero();
    }

    @Test
    void shouldCompareAll64Bits() {
        DmaFence fence = driver.newFence(0x1_0000_0001L);
        driver.write(0xffff_ffffL, null);
        assertThat(fence.pollSignaled()).isFalse();
        driver.write(0x8000_0000_0000_0000L, null);
        assertThat(fence.pollSignaled()).isTrue();
    }

    @Test
    void shouldBeDoneAtOnceWhenTheProcessWasFaster() {
        driver.write(7, null);
        DmaFence fence = driver.newFence(7);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        driver.process();
        assertThat(fence.references()).as("not listed").isEqualTo(1);
    }

    @Test
    void shouldEndLeftoversWithAnErrorWhenDestroyed() {
        DmaFence passed = driver.newFence(1).retain();
        DmaFence left = driver.newFence(2).retain();
        driver.write(1, null);
        driver.destroy(FenceError.ECANCELED);
        assertThat(passed.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(left.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
    }

    @Test
    void shouldOutliveItsQueueUntilAGracePeriodAfterTheLastFence() {
        DmaFence fence = driver.newFence(1).retain();
        driver.destroy(FenceError.ECANCELED);
        context.runtime().rcu().barrier();
        assertThat(driver.references()).as("the fence's").isEqualTo(1);
        fence.release();
        context.runtime().rcu().barrier();
        assertThat(driver.references()).isZero();
    }
}
