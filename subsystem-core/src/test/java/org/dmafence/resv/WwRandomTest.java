package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.fence.Parking;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads lock some of a few locks, in any order, and back off when told to: none of them gets stuck, never do two hold
 * the same lock, and everybody finishes.
 */
@Timeout(60)
class WwRandomTest {
    private static final int LOCKS = 5;
    private static final int THREADS = 4;
    private static final int TRANSACTIONS = 400;
    private static final long PATIENCE_S = 30;

    private final WwMutex[] locks = new WwMutex[LOCKS];

    /** For each lock how often it was held to the end; plain, so that only the locks keep the count right. */
    private final int[] held = new int[LOCKS];

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetEverybodyFinishWhateverTheOrder(boolean waitDie) {
        long seed = System.nanoTime();
        System.out.println("WwRandomTest seed " + seed + (waitDie ? " wait-die" : " wound-wait"));
        WwClass wwClass = waitDie ? WwClass.waitDie("random") : WwClass.woundWait("random");
        Arrays.setAll(locks, i -> new WwMutex(wwClass, Parking.THREADS));
        List<CompletableFuture<int[]>> runs = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            CompletableFuture<int[]> run = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            run.complete(transactions(random, wwClass));
                        } catch (Throwable e) {
                            run.completeExceptionally(e);
                        }
                    },
                    "locker-" + i);
            thread.setDaemon(true);
            thread.start();
            runs.add(run);
        }
        int[] expected = new int[LOCKS];
        for (CompletableFuture<int[]> run : runs) {
            int[] counts = run.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
            Arrays.setAll(expected, i -> expected[i] + counts[i]);
        }
        assertThat(held).as("seed %d", seed).isEqualTo(expected);
        assertThat(locks).noneMatch(WwMutex::isLocked);
    }

    /** How often it held each lock. */
    private int[] transactions(Random random, WwClass wwClass) {
        int[] counts = new int[LOCKS];
        for (int i = 0; i < TRANSACTIONS; i++) {
            if (random.nextInt(8) == 0) {
                int alone = random.nextInt(LOCKS);
                locks[alone].lock();
                use(alone, counts);
                locks[alone].unlock();
                continue;
            }
            List<Integer> wanted = new ArrayList<>(List.of(0, 1, 2, 3, 4));
            Collections.shuffle(wanted, random);
            wanted = wanted.subList(0, 1 + random.nextInt(LOCKS));
            try (AcquireContext context = AcquireContext.begin(wwClass)) {
                lockAll(wanted, context, random);
                context.done();
                wanted.forEach(index -> use(index, counts));
                wanted.forEach(index -> locks[index].unlock());
            }
        }
        return counts;
    }

    private void lockAll(List<Integer> wanted, AcquireContext context, Random random) {
        List<Integer> locked = new ArrayList<>();
        while (locked.size() < wanted.size()) {
            int next =
                    wanted.stream().filter(i -> !locked.contains(i)).findFirst().orElseThrow();
            if (random.nextInt(4) == 0) {
                LockSupport.parkNanos(1);
            }
            if (locks[next].lock(context) == LockResult.LOCKED) {
                locked.add(next);
                continue;
            }
            assertThat(context.held()).as("what was held when told to back off").isPositive();
            locked.forEach(index -> locks[index].unlock());
            locked.clear();
            locks[next].lockSlow(context);
            locked.add(next);
        }
    }

    private void use(int index, int[] counts) {
        assertThat(locks[index].isHeldByCurrentThread()).isTrue();
        counts[index]++;
        int before = held[index];
        if (before % 7 == 0) {
            LockSupport.parkNanos(1); // where a second holder would show
        }
        held[index] = before + 1;
    }
}
