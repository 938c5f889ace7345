package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel's rcutorture in small. A retired element's age counts the grace periods since it was unpublished, from 1
 * on; a reader that meets an age above 1 has seen an element that might have been freed.
 */
class RcuTortureTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int OLDEST = 4;

    private static final class Element {
        final AtomicInteger age = new AtomicInteger();
    }

    /** How the writer waits for grace periods before it ages what it retired. */
    enum Waiting {
        SYNCHRONIZE,
        EXPEDITED,
        DEFER,
        POLL,
        BROKEN_NONE
    }

    static Stream<Arguments> modesAndWaiting() {
        return Orderings.available()
                .flatMap(mode -> Arrays.stream(Waiting.values())
                        .filter(waiting -> waiting != Waiting.BROKEN_NONE)
                        .map(waiting -> Arguments.of(mode, waiting)));
    }

    @ParameterizedTest
    @MethodSource("modesAndWaiting")
    void shouldNeverShowAFreedElementToAReader(RcuOrdering ordering, Waiting waiting) {
        long seed = System.nanoTime();
        System.out.println("RcuTortureTest " + ordering + " " + waiting + " seed " + seed);
        AtomicLongArray ages = torture(ordering, waiting, seed);
        assertThat(ages.get(0)).as("reads of published elements").isPositive();
        for (int age = 2; age <= OLDEST; age++) {
            assertThat(ages.get(age)).as("reads at age %d, seed %d", age, seed).isZero();
        }
    }

    @Test
    void shouldShowFreedElementsWhenTheGracePeriodIsForgotten() {
        // the control: with a broken updater the same readers must notice
        long freed = 0;
        for (int attempt = 0; attempt < 20 && freed == 0; attempt++) {
            AtomicLongArray ages = torture(RcuOrdering.FENCE, Waiting.BROKEN_NONE, attempt);
            for (int age = 2; age <= OLDEST; age++) {
                freed += ages.get(age);
            }
        }
        assertThat(freed).isPositive();
    }

    private static AtomicLongArray torture(RcuOrdering ordering, Waiting waiting, long seed) {
        AtomicLongArray ages = new AtomicLongArray(OLDEST + 1);
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            RcuReference<Element> current = new RcuReference<>(domain, new Element());
            long endNs = System.nanoTime() + RUN_NS;
            SplittableRandom seeds = new SplittableRandom(seed);
            for (int i = 0; i < 2; i++) {
                SplittableRandom random = seeds.split();
                threads.start("test-reader-" + i, () -> read(domain, current, ages, endNs, random));
            }
            threads.start("test-writer", () -> write(domain, current, waiting, endNs));
        }
        return ages;
    }

    private static void read(
            RcuDomain domain,
            RcuReference<Element> current,
            AtomicLongArray ages,
            long endNs,
            SplittableRandom random) {
        RcuReader reader = domain.reader();
        while (endNs - System.nanoTime() > 0) {
            long token = reader.lock();
            Element element = current.dereference(reader);
            if (element != null) {
                int pause = random.nextInt(200);
                if (pause == 0) {
                    LockSupport.parkNanos(1); // let the writer run inside the section
                }
                for (int i = 0; i < pause; i++) {
                    Thread.onSpinWait();
                }
                ages.incrementAndGet(Math.min(OLDEST, element.age.get()));
            }
            reader.unlock(token);
        }
    }

    private static void write(RcuDomain domain, RcuReference<Element> current, Waiting waiting, long endNs) {
        Queue<Element> aged = new ConcurrentLinkedQueue<>();
        ArrayDeque<Element> retired = new ArrayDeque<>();
        while (endNs - System.nanoTime() > 0) {
            Element old = current.replace(new Element());
            if (old != null) {
                old.age.set(1);
                retired.add(old);
            }
            switch (waiting) {
                case SYNCHRONIZE -> domain.synchronize();
                case EXPEDITED -> domain.synchronizeExpedited();
                case POLL -> domain.synchronizeIfNeeded(domain.pollStart());
                case DEFER -> {
                    if (old != null) {
                        domain.defer(() -> age(old, aged));
                    }
                    domain.barrier();
                    retired.clear();
                }
                case BROKEN_NONE -> Thread.onSpinWait();
            }
            retired.forEach(element -> age(element, aged));
            retired.clear();
            aged.removeIf(element -> element.age.incrementAndGet() >= OLDEST);
        }
    }

    private static void age(Element element, Queue<Element> aged) {
        element.age.set(2);
        aged.add(element);
    }
}
