package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.rcu.RcuThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClientThreadsTest {
    private final HardwareClock clock = new HardwareClock(System::nanoTime);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger refusals = new AtomicInteger();
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final Set<Thread> callers = ConcurrentHashMap.newKeySet();
    private final ClientThreads threads = new ClientThreads(clock, (name, task) -> {
        if (refusals.getAndDecrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread, not really");
        }
        Thread thread = RcuThread.detached(task, name);
        made.add(thread);
        return thread;
    });
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> {
                throw new OutOfMemoryError("not really");
            })
            .build();

    @AfterEach
    void close() {
        goOn.countDown();
        clock.close();
        SubsystemTest.eventually().until(() -> made.stream().noneMatch(Thread::isAlive));
    }

    private void hang() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CreditCalls calls(Runnable callback) {
        return new CreditCalls(
                () -> {
                    callers.add(Thread.currentThread());
                    callback.run();
                },
                runtime,
                threads);
    }

    @Test
    void shouldNeverCallOnTheThreadOfWhoeverFoundRoom() {
        refusals.set(20);
        AtomicInteger called = new AtomicInteger();
        List<CreditCalls> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(calls(called::incrementAndGet));
        }

        clients.forEach(CreditCalls::call);

        SubsystemTest.eventually().untilAsserted(() -> assertThat(called).hasValue(10));
        assertThat(made).containsAll(callers);
    }

    @Test
    void shouldMakeNoMoreThreadsThanTheLimitThoughManyWant() {
        AtomicInteger called = new AtomicInteger();
        CreditCalls[] all = new CreditCalls[10 * ClientThreads.LIMIT];
        for (int i = 0; i < all.length; i++) {
            all[i] = calls(() -> {
                hang();
                called.incrementAndGet();
            });
        }
        for (CreditCalls one : all) {
            one.call();
        }
        int atOnce = made.size();
        goOn.countDown();

        SubsystemTest.eventually().untilAsserted(() -> assertThat(called).hasValue(all.length));
        assertThat(atOnce).isEqualTo(ClientThreads.LIMIT);
    }

    @Test
    void shouldServeTheOthersThoughAsManyHangAsThereMayBe() {
        for (int i = 0; i < 2 * ClientThreads.LIMIT; i++) {
            calls(this::hang).call();
        }
        AtomicInteger called = new AtomicInteger();

        calls(called::incrementAndGet).call();

        SubsystemTest.eventually().untilAsserted(() -> assertThat(called).hasValue(1));
    }

    /**
     * Neither the callback nor the reporter has memory, which concerns the next call as little as the other clients.
     */
    @Test
    void shouldCallAgainAfterACallbackThatThrew() {
        AtomicInteger called = new AtomicInteger();
        CreditCalls client = calls(() -> {
            called.incrementAndGet();
            throw new OutOfMemoryError("not really");
        });
        for (int i = 1; i <= 3; i++) {
            client.call();
            int times = i;
            SubsystemTest.eventually().untilAsserted(() -> assertThat(called).hasValue(times));
        }
    }
}
