package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers in containers to a depth of ten thousand, on a thread with a small stack. */
@Timeout(60)
class DeepNestingTest {
    private static final int DEPTH = 10_000;
    private static final long STACK_BYTES = 256 << 10;

    /** What is inside what. */
    enum Shape {
        ARRAYS,
        CHAINS,
        BY_TURNS,
        /** Each array twice in the next: as many ways to the bottom as two to the power of the depth. */
        TWICE
    }

    private final Mocks mocks = new Mocks();
    private final Mocks.Mock bottom = mocks.mock("bottom", 1);

    /** Warnings of nesting would fill the heap. */
    private final FenceRuntime quiet =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();

    private final FenceContext owner = FenceContext.builder(quiet).build();

    /** The plain fence at the bottom, and the containers around it from the inside out. */
    private final DmaFence leaf = owner.newFence(bottom.table(), 1);

    private final DmaFence[] made = new DmaFence[DEPTH];

    /** The outermost container; it alone holds the others. */
    private DmaFence nest(Shape shape) {
        DmaFence inner = leaf;
        for (int i = 0; i < DEPTH; i++) {
            boolean chain = shape == Shape.CHAINS || (shape == Shape.BY_TURNS && i % 2 == 0);
            if (chain) {
                inner = FenceChain.create(null, inner, i + 1).fence();
            } else if (shape == Shape.TWICE) {
                inner = FenceArray.create(List.of(inner.retain(), inner)).fence();
            } else {
                inner = FenceArray.create(List.of(inner)).fence();
            }
            made[i] = inner;
        }
        return inner;
    }

    private static void onASmallStack(Runnable body) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        body.run();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "small-stack",
                STACK_BYTES);
        thread.start();
        thread.join(TimeUnit.SECONDS.toMillis(50));
        assertThat(thread.isAlive()).as("still at it").isFalse();
        assertThat(failure.get()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void shouldSignalWhenEnabled(Shape shape) throws InterruptedException {
        onASmallStack(() -> {
            DmaFence outer = nest(shape);
            outer.enableSignaling();
            assertThat(mocks.log).containsExactly("enable bottom");
            assertThat(outer.pollSignaled()).isFalse();

            owner.signal(leaf, FenceError.EIO);

            assertThat(made).allMatch(DmaFence::isSignaled);
            assertThat(outer.pollStatus().error()).isEqualTo(FenceError.EIO);
            assertThat(FenceCauses.of(outer).first())
                    .singleElement()
                    .extracting(FenceCauses.Cause::error)
                    .isEqualTo(FenceError.EIO);
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeFoundCompleteByPolling(Shape shape) throws InterruptedException {
        onASmallStack(() -> {
            DmaFence outer = nest(shape);
            assertThat(outer.pollSignaled()).isFalse();
            assertThat(FenceCauses.of(outer).isEmpty()).isTrue();
            bottom.table().done = true;

            assertThat(outer.pollSignaled()).isTrue();
            assertThat(made).allMatch(DmaFence::isSignaled);
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassADeadlineOnToTheBottom(Shape shape) throws InterruptedException {
        onASmallStack(() -> {
            nest(shape).setDeadline(77);
            assertThat(mocks.log).contains("deadline bottom 77").allMatch("deadline bottom 77"::equals);
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldReleaseTheBottomWithTheOutermost(Shape shape) throws InterruptedException {
        onASmallStack(() -> {
            DmaFence outer = nest(shape);
            outer.release();
            assertThat(mocks.log).containsExactly("release bottom");
            assertThat(made).allMatch(DmaFence::isFreed);
        });
    }

    @Test
    void shouldReleaseWhatIsNestedInTheKernelsOrder() {
        for (int depth : new int[] {3, 100}) {
            mocks.log.clear();
            DmaFence inner = mocks.mock("bottom", 1).fence();
            for (int i = 0; i < depth; i++) {
                inner = FenceArray.create(List.of(mocks.mock("before " + i, 1).fence(), inner))
                        .fence();
            }
            inner.release();
            assertThat(mocks.log).hasSize(depth + 1);
            assertThat(mocks.log.get(0)).isEqualTo("release before " + (depth - 1));
            assertThat(mocks.log.get(depth)).isEqualTo("release bottom");
        }
    }
}
