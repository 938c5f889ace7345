package org.dmafence.fence;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Adding, removing, signalling and polling look atomic to each other, whatever the schedule. Guards against a callback that
 * is added to a fence that has just signalled (and never runs), one that is removed while it runs (and answered true), one
 * that runs twice, and a poll that goes back on its word.
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
        new ModelCheckingOptions()
                .iterations(3)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(0)
                // Off-heap counters, which the checker can't follow; read sections neither block nor order anything
                // here.
                .addGuarantee(forClasses(name -> name.startsWith("org.dmafence.rcu.") || name.startsWith("org.agrona."))
                        .allMethods()
                        .ignore())
                .check(getClass());
    }
}
