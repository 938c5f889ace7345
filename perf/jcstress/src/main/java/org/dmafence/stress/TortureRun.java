package org.dmafence.stress;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * One run of the torture: who reads, who writes, and which ages were seen.
 *
 * <p>Readers nest, stay, get preempted, use threads' readers and handles, end and come back. A second updater calls
 * every waiting primitive to make grace periods overlap.
 */
final class TortureRun {
    static final int OLDEST = 10;

    private final RcuDomain domain;
    private final RcuReference<Element> current;
    private final long endNs;
    private final boolean broken;
    private final AtomicLongArray ages = new AtomicLongArray(OLDEST + 1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    TortureRun(RcuDomain domain, long endNs, boolean broken) {
        this.domain = domain;
        this.endNs = endNs;
        this.broken = broken;
        current = new RcuReference<>(domain, new Element());
    }

    private static final class Element {
        final AtomicInteger age = new AtomicInteger();
    }

    /** Runs to the end and returns how often each age was seen. */
    AtomicLongArray run(int readers, SplittableRandom random) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            SplittableRandom own = random.split();
            threads.add(start("torture-reader-" + i, () -> manageReader(own)));
        }
        SplittableRandom writerRandom = random.split();
        threads.add(start("torture-writer", () -> write(writerRandom)));
        SplittableRandom fakeRandom = random.split();
        threads.add(start("torture-fake-writer", () -> pretendToWrite(fakeRandom)));
        for (Thread thread : threads) {
            thread.join();
        }
        domain.barrier();
        return ages;
    }

    /** What the first thread that failed threw. */
    @Nullable Throwable failure() {
        return failure.get();
    }

    private Thread start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private boolean isOver() {
        return System.nanoTime() - endNs >= 0 || failure.get() != null;
    }

    /** Readers end and come back, so that slots are reaped and reused under the grace periods. */
    private void manageReader(SplittableRandom random) {
        String name = Thread.currentThread().getName();
        try {
            for (int life = 0; !isOver(); life++) {
                SplittableRandom own = random.split();
                Runnable body = () -> read(own, own.nextInt(50_000, 500_000));
                Thread thread = random.nextBoolean()
                        ? new RcuThread(domain, body, name + "-" + life)
                        : new Thread(body, name + "-" + life);
                thread.setUncaughtExceptionHandler((dead, e) -> failure.compareAndSet(null, e));
                thread.start();
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the torture", e);
        }
    }

    private void read(SplittableRandom random, int sections) {
        boolean handle = random.nextInt(4) == 0;
        RcuReader reader = handle ? domain.register(Thread.currentThread().getName()) : domain.reader();
        for (int i = 0; i < sections && ((i & 63) != 0 || !isOver()); i++) {
            long outer = reader.lock();
            Element element = Objects.requireNonNull(current.dereference(reader));
            if (random.nextInt(4) == 0) {
                long inner = reader.lock();
                stay(random);
                reader.unlock(inner);
            } else {
                stay(random);
            }
            ages.incrementAndGet(Math.min(OLDEST, element.age.get()));
            reader.unlock(outer);
        }
        if (handle) {
            reader.close();
        }
    }

    private static void stay(SplittableRandom random) {
        int choice = random.nextInt(2_000);
        if (choice == 0) {
            LockSupport.parkNanos(1); // off the processor, inside the section
        } else if (choice < 40) {
            for (int i = 0; i < 300; i++) {
                Thread.onSpinWait();
            }
        }
    }

    private void write(SplittableRandom random) {
        Deque<Element> aging = new ArrayDeque<>();
        Queue<Element> agedByCallback = new ConcurrentLinkedQueue<>();
        while (!isOver()) {
            Element old = Objects.requireNonNull(current.replace(new Element()));
            old.age.set(1);
            aging.add(old);
            if (!broken && random.nextInt(3) == 0) {
                aging.removeLast();
                domain.defer(() -> {
                    old.age.set(2);
                    agedByCallback.add(old);
                });
            }
            if (broken) {
                LockSupport.parkNanos(1);
            } else {
                waitForGracePeriod(random);
            }
            aging.removeIf(element -> element.age.incrementAndGet() >= OLDEST);
            for (Element aged = agedByCallback.poll(); aged != null; aged = agedByCallback.poll()) {
                aging.add(aged);
            }
        }
    }

    private void waitForGracePeriod(SplittableRandom random) {
        switch (random.nextInt(5)) {
            case 0 -> domain.synchronizeExpedited();
            case 1 -> domain.synchronizeIfNeeded(domain.pollStart());
            case 2 -> {
                long cookie = domain.pollStart();
                while (!domain.pollCompleted(cookie)) {
                    LockSupport.parkNanos(1_000);
                }
            }
            default -> domain.synchronize();
        }
    }

    private void pretendToWrite(SplittableRandom random) {
        while (!isOver()) {
            if (random.nextInt(8) == 0) {
                domain.defer(() -> {});
                domain.barrier();
            } else {
                waitForGracePeriod(random);
            }
            LockSupport.parkNanos(random.nextInt(200_000));
        }
    }
}
