package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.resv.ResvFixture.locked;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmafence.fence.DmaFence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers without the lock against a writer: what they see is alive and was there, and what stays is never missed. */
@Timeout(60)
class ResvRaceTest {
    private static final int CHANGES = 1500;
    private static final long PATIENCE_S = 30;

    private final ResvFixture fixture = new ResvFixture();
    private final ReservationObject object = fixture.object();

    @Test
    void shouldSeeWhatStaysAndNothingThatIsFreed() {
        long seed = System.nanoTime();
        System.out.println("ResvRaceTest seed " + seed);
        DmaFence stays = fixture.fence(1000, 1);
        ResvFixture.add(object, ResvUsage.WRITE, stays);
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Long>> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(read(stays, stop));
        }
        change(new Random(seed));
        stop.set(true);
        for (CompletableFuture<Long> reader : readers) {
            assertThat(reader.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join()).isPositive();
        }
        object.close();
        assertThat(stays.references()).isEqualTo(1);
        assertThat(fixture.reports).isEmpty();
    }

    private CompletableFuture<Long> read(DmaFence stays, AtomicBoolean stop) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        long rounds = 0;
                        for (; !stop.get(); rounds++) {
                            look(stays);
                        }
                        result.complete(rounds);
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "reader");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private void look(DmaFence stays) {
        int found = 0;
        try (ResvCursor cursor = object.cursor(ResvUsage.WRITE)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                if (cursor.isRestarted()) {
                    found = 0;
                }
                assertThat(fence.isFreed()).isFalse();
                assertThat(fence.references()).isPositive();
                found += fence == stays ? 1 : 0;
            }
        }
        assertThat(found).as("how often the fence that stays was seen").isEqualTo(1);
    }

    /** Adds, replaces and drops fences whose only references are the object's. */
    private void change(Random random) {
        List<DmaFence> pending = new ArrayList<>();
        for (int i = 1; i <= CHANGES; i++) {
            DmaFence fence = fixture.fence(random.nextInt(6), i);
            locked(object, () -> {
                object.reserve(1 + random.nextInt(3));
                object.add(fence, ResvUsage.WRITE);
                if (random.nextInt(5) == 0) {
                    object.replace(random.nextInt(6), fence, ResvUsage.READ);
                }
                if (random.nextInt(50) == 0) {
                    object.reserve(50);
                    object.copyFrom(object); // a short list again
                }
            });
            pending.add(fence);
            if (pending.size() > 4) {
                DmaFence done = pending.remove(random.nextInt(pending.size()));
                fixture.signal(done);
                done.release();
            }
        }
    }
}
