package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentThreadsTest {
    private static final int LIMIT = 2;

    private final HardwareClock clock = new HardwareClock(System::nanoTime);
    private final AgentThreads threads = new AgentThreads("agents-test", clock, LIMIT);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final Set<Thread> used = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() {
        goOn.countDown();
        threads.close();
        clock.close();
        SubsystemTest.eventually().until(() -> used.stream().noneMatch(Thread::isAlive));
    }

    /** Does one thing at each ring. */
    private class Busy extends Agent {
        private final Runnable what;
        final AtomicInteger batches = new AtomicInteger();

        Busy(String name, Runnable what) {
            this(threads, name, what);
        }

        Busy(AgentThreads on, String name, Runnable what) {
            super(on, name);
            this.what = what;
            start(() -> {});
        }

        @Override
        void batch() {
            used.add(Thread.currentThread());
            batches.incrementAndGet();
            what.run();
        }

        @Override
        void onFailure(Throwable e) {}
    }

    private void hang() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldShareAFewThreads() {
        List<Busy> many = IntStream.range(0, 50)
                .mapToObj(i -> new Busy("agent " + i, () -> {}))
                .toList();

        many.forEach(Agent::ring);

        SubsystemTest.eventually().until(() -> many.stream().allMatch(agent -> agent.batches.get() == 1));
        assertThat(used).hasSizeLessThanOrEqualTo(LIMIT);
    }

    @Test
    void shouldLeaveAThreadToEachThatHangs() {
        List<Busy> hanging = new ArrayList<>();
        for (int i = 0; i < 2 * LIMIT; i++) {
            hanging.add(new Busy("hanging " + i, this::hang));
        }
        Busy well = new Busy("well", () -> {});

        hanging.forEach(Agent::ring);
        well.ring();

        SubsystemTest.eventually().until(() -> well.batches.get() == 1);
        assertThat(hanging).allSatisfy(agent -> assertThat(agent.batches).hasValue(1));
    }

    @Test
    void shouldTakeOneTurnAtATimeAndAnswerEachOrder() {
        int[] count = new int[1]; // plain: turns follow one another
        Busy agent = new Busy("counting", () -> {});
        List<Thread> givers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread giver = new Thread(
                    () -> {
                        for (int order = 0; order < 10_000; order++) {
                            agent.order(() -> count[0]++);
                        }
                    },
                    "giver " + i);
            giver.start();
            givers.add(giver);
        }
        givers.forEach(AgentThreadsTest::join);
        int[] seen = new int[1];
        CountDownLatch told = new CountDownLatch(1);
        agent.order(() -> {
            seen[0] = count[0];
            told.countDown();
        });

        SubsystemTest.eventually().until(() -> told.getCount() == 0);
        assertThat(seen[0]).isEqualTo(40_000);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldEndOneThatFailsAndDoTheRestAfterClosing() {
        Busy fails = new Busy("fails", () -> {
            throw new OutOfMemoryError("not really");
        });
        fails.ring();
        SubsystemTest.eventually()
                .until(() -> fails.ended().toCompletableFuture().isDone());

        threads.close();
        Busy late = new Busy("late", () -> {});
        late.ring();
        SubsystemTest.eventually().until(() -> late.batches.get() == 1);
    }

    /** Of a process that has no threads left: the first few can't be made, or made and not started. */
    private AgentThreads scarce(HardwareClock on, int failures, boolean inStart) {
        AtomicInteger left = new AtomicInteger(failures);
        return new AgentThreads("scarce", on, LIMIT, (name, task) -> {
            boolean fails = left.getAndDecrement() > 0;
            if (fails && !inStart) {
                throw new OutOfMemoryError("unable to create native thread, not really");
            }
            Thread thread = new Thread(task, name) {
                @Override
                public synchronized void start() {
                    if (fails) {
                        throw new OutOfMemoryError("unable to create native thread, not really");
                    }
                    super.start();
                }
            };
            thread.setDaemon(true);
            return thread;
        });
    }

    private Busy counting(AgentThreads on) {
        return new Busy(on, "counting", () -> {});
    }

    /** There may be no memory for a timer either: the first few can't be set. */
    private static HardwareClock brokenClock(int failures) {
        AtomicInteger left = new AtomicInteger(failures);
        return new HardwareClock(System::nanoTime) {
            @Override
            Future<?> after(Duration delay, Runnable task) {
                if (left.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("not really");
                }
                return super.after(delay, task);
            }
        };
    }

    private void ringAndAwaitHang(Busy hanging) {
        hanging.ring();
        SubsystemTest.eventually().until(() -> !used.isEmpty());
    }

    private void shouldGetItsTurn(Busy agent) {
        agent.ring();
        SubsystemTest.eventually().until(() -> agent.batches.get() == 1);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "7, false", "7, true"})
    void shouldRunAnAgentThatNoThreadCouldBeMadeFor(int failures, boolean inStart) {
        try (AgentThreads few = scarce(clock, failures, inStart)) {
            Busy agent = counting(few);
            Busy other = counting(few);
            agent.ring();
            other.ring();

            SubsystemTest.eventually().until(() -> agent.batches.get() == 1 && other.batches.get() == 1);

            agent.ring();
            SubsystemTest.eventually().until(() -> agent.batches.get() == 2);
        }
    }

    @Test
    void shouldRunAnAgentThoughNobodyCouldBeAskedToLookForIt() {
        HardwareClock broken = brokenClock(3);
        try (broken;
                AgentThreads few = scarce(broken, 2, true)) {
            shouldGetItsTurn(counting(few));
        }
    }

    /** The others wait behind one that hangs until somebody looks, who can't be asked to. */
    @Test
    void shouldMakeUpForAThreadThatHangsThoughNobodyCouldBeAskedToLook() {
        HardwareClock broken = brokenClock(3);
        try (broken;
                AgentThreads few = new AgentThreads("few", broken, 1)) {
            ringAndAwaitHang(new Busy(few, "hanging", this::hang));

            shouldGetItsTurn(counting(few));
        }
    }

    /** A look that fails is no reason for there to be no more of them. */
    @Test
    void shouldLookAgainAfterALookThatFailed() {
        AtomicInteger failures = new AtomicInteger(2);
        try (AgentThreads few = new AgentThreads("few", clock, 1)) {
            ringAndAwaitHang(new Busy(few, "hanging", this::hang) {
                @Override
                long progress() {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("not really");
                    }
                    return 0;
                }
            });

            shouldGetItsTurn(counting(few));
            assertThat(failures.get()).isNegative();
        }
    }

    /** Its supervisor hears of the end, stops, and has it try once more. */
    @Test
    void shouldCarryOutTheLastOrderOfAnAgentThatFailedToEnd() {
        AtomicInteger ends = new AtomicInteger();
        Agent agent = new Agent(threads, "failing") {
            @Override
            void batch() {
                throw new OutOfMemoryError("not really");
            }

            @Override
            void onFailure(Throwable e) {
                throw new OutOfMemoryError("not really either");
            }
        };
        agent.start(() -> agent.orderLast(ends::incrementAndGet));

        agent.ring();

        SubsystemTest.eventually().untilAsserted(() -> assertThat(ends).hasValue(1));
    }
}
