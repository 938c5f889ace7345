package org.dmafence.fence;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/** Two threads against each other, many times over, each time on things made for it. */
final class Races {
    private static final int ROUNDS = 2_000;

    private Races() {}

    /**
     * One round.
     *
     * @param here runs on the test's thread
     * @param there runs on the other, at the same time
     * @param check runs when both are through
     */
    record Round(Runnable here, Runnable there, Runnable check) {}

    static void race(IntFunction<Round> rounds) {
        AtomicBoolean stop = new AtomicBoolean();
        CyclicBarrier barrier = new CyclicBarrier(2);
        Round[] current = new Round[1];
        CompletableFuture<Void> other = FenceFixture.fork("racer", () -> {
            for (; ; ) {
                barrier.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
                if (stop.get()) {
                    return;
                }
                current[0].there().run();
                barrier.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
            }
        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                current[0] = rounds.apply(i);
                barrier.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
                current[0].here().run();
                barrier.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
                current[0].check().run();
            }
            stop.set(true);
            barrier.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the race broke down", e);
        }
        FenceFixture.join(other);
    }
}
