package org.dmafence.fence;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Adding, removing, signalling and polling look atomic to each other, whatever the schedule. Guards against a callback
 * that is added to a fence that has just signalled (and never runs), one that is removed while it runs (and answered
 * true), one that runs twice, and a poll that goes back on its word.
 */
public class FenceLincheckTest {
    private final DmaFence fence = FenceContext.create("lincheck").newFence(TestOps.with(), 1);
    private final Counted first = new Counted();
    private final Counted second = new Counted();

    /** A callback and how often it was put on the fence and taken back; each by one thread at a time. */
    private final class Counted extends FenceCallback {
        private int runs;
        private boolean on;
        private int expected;

        @Override
        protected void onSignaled(DmaFence signaled) {
            runs++;
        }

        boolean add() {
            if (on) {
                return false; // it can be on one fence at a time
            }
            on = fence.addCallback(this);
            expected += on ? 1 : 0;
            return on;
        }

        boolean remove() {
            boolean removed = fence.removeCallback(this);
            if (removed) {
                expected--;
                on = false;
            }
            return removed;
        }

        void check() {
            int due = fence.isSignaled() ? expected : 0;
            if (runs != due) {
                throw new IllegalStateException("ran " + runs + " times instead of " + due);
            }
        }
    }

    @Operation(nonParallelGroup = "first")
    public boolean addFirst() {
        return first.add();
    }

    @Operation(nonParallelGroup = "first")
    public boolean removeFirst() {
        return first.remove();
    }

    @Operation(nonParallelGroup = "second")
    public boolean addSecond() {
        return second.add();
    }

    @Operation(nonParallelGroup = "second")
    public boolean removeSecond() {
        return second.remove();
    }

    @Operation
    public boolean checkAndSignal() {
        return fence.owner().checkAndSignal(fence);
    }

    @Operation
    public boolean poll() {
        return fence.pollSignaled();
    }

    @Validate
    public void everyCallbackRanOnceOrWasRemoved() {
        first.check();
        second.check();
    }

    @Test
    void shouldBeLinearizable() {
        // Stress, not model checking: the checker can't follow the off-heap counters of the read sections.
        new StressOptions()
                .iterations(5)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(3)
                .check(getClass());
    }
}
