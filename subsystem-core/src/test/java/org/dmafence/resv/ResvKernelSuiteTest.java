package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel's suite {@code dma-buf-resv} ({@code st-dma-resv.c}), case by case under its names. */
class ResvKernelSuiteTest {
    private final ResvFixture fixture = new ResvFixture();
    private final ReservationObject object = fixture.object();
    private final DmaFence fence = fixture.fence(0, 0);

    @Test
    @SuppressWarnings("checkstyle:MethodName")
    void test_sanitycheck() {
        fence.enableSignaling();
        fixture.signal(fence);
        fence.release();
        assertThat(object.mutex().lock(null)).isEqualTo(LockResult.LOCKED);
        object.mutex().unlock();
        object.close();
    }

    @ParameterizedTest
    @EnumSource
    void test_signaling(ResvUsage usage) {
        fence.enableSignaling();
        ResvFixture.add(object, usage, fence);
        assertThat(object.pollSignaled(usage)).isFalse();
        fixture.signal(fence);
        assertThat(object.pollSignaled(usage)).isTrue();
        object.close();
    }

    @ParameterizedTest
    @EnumSource
    void test_for_each(ResvUsage usage) {
        fence.enableSignaling();
        ResvFixture.add(object, usage, fence);
        ResvFixture.locked(object, () -> {
            LockedResvCursor cursor = object.lockedCursor(usage);
            assertThat(cursor.next()).isSameAs(fence);
            assertThat(cursor.usage()).isEqualTo(usage);
            assertThat(cursor.next()).isNull();
        });
        fixture.signal(fence);
        object.close();
    }

    @ParameterizedTest
    @EnumSource
    void test_for_each_unlocked(ResvUsage usage) {
        fence.enableSignaling();
        ResvFixture.add(object, usage, fence);
        try (ResvCursor cursor = object.cursor(usage)) {
            for (int times = 0; times < 2; times++) {
                assertThat(cursor.next()).isSameAs(fence);
                assertThat(cursor.isRestarted()).isTrue();
                assertThat(cursor.usage()).isEqualTo(usage);
                if (times == 0) {
                    Objects.requireNonNull(cursor.list, "a list");
                    cursor.list = new ResvList(1);
                }
            }
            assertThat(cursor.next()).isNull();
        }
        fixture.signal(fence);
        object.close();
    }

    @ParameterizedTest
    @EnumSource
    void test_get_fences(ResvUsage usage) {
        fence.enableSignaling();
        ResvFixture.add(object, usage, fence);
        List<DmaFence> fences = object.pollFences(usage);
        assertThat(fences).containsExactly(fence);
        assertThat(fence.references()).isEqualTo(3);
        fences.forEach(DmaFence::release);
        fixture.signal(fence);
        object.close();
        assertThat(fence.references()).isEqualTo(1);
    }
}
