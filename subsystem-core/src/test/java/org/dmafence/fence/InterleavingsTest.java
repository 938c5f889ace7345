package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;
import static org.dmafence.fence.FenceWaitTest.waiting;
import static org.dmafence.fence.Races.race;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.Races.Round;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The thirteen interleavings that a port has to get right. Where the schedule matters it is forced by latches inside
 * the driver's ops; the rest are races run often, and the stress tests of the same names look at the memory model.
 */
@Timeout(120)
class InterleavingsTest {
    private final Reports reports = new Reports();
    private final FenceContext context = FenceFixture.realTime(reports);

    private DmaFence fence(TestOps ops) {
        return context.newFence(ops, 1);
    }

    @Test
    @DisplayName(
            "I1: a name op that runs while the fence signals and detaches ends normally, and unloading waits for it")
    void i1NameOpDuringSignal() {
        TestOps ops = TestOps.with();
        DmaFence fence = fence(ops);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        ops.onName = name -> {
            inside.countDown();
            FenceFixture.await(letGo);
            return name;
        };
        CompletableFuture<Void> namer =
                fork("namer", () -> assertThat(fence.driverName()).isEqualTo(TestOps.DRIVER));
        FenceFixture.await(inside);

        context.signal(fence);
        assertThat(fence.isDetached()).isTrue();
        CompletableFuture<Void> unloader =
                fork("unloader", () -> context.runtime().rcu().synchronize());
        assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
        assertThat(namer).isNotDone();
        assertThat(unloader).isNotDone();

        letGo.countDown();
        join(namer);
        join(unloader);
    }

    @Test
    @DisplayName("I2: detached ops with the bit not seen, or the bit with ops attached: the literal, and no call")
    void i2OpsAndFlagInEitherOrder() {
        DmaFence bitOnly = fence(TestOps.with());
        context.beginSignal(bitOnly);
        assertThat(bitOnly.isDetached()).isFalse();
        assertThat(bitOnly.driverName()).isEqualTo("detached-driver");

        TestOps ops = TestOps.with();
        DmaFence opsOnly = fence(ops);
        int asked = ops.namesAsked.get();
        opsOnly.detachRelease(); // what a reader sees whose load of the bit was the older one
        assertThat(opsOnly.isSignaled()).isFalse();
        assertThat(opsOnly.driverName()).isEqualTo("detached-driver");
        assertThat(opsOnly.timelineName()).isEqualTo("signaled-timeline");
        assertThat(opsOnly.pollSignaled()).isFalse();
        opsOnly.setDeadline(1);
        assertThat(opsOnly.waitTimeout(true, 0)).isZero();
        assertThat(ops.namesAsked).hasValue(asked);
    }

    @Test
    @DisplayName("I3: add against signal: refused, or run exactly once")
    void i3AddAgainstSignal() {
        race(i -> {
            DmaFence fence = fence(TestOps.with());
            AtomicInteger runs = new AtomicInteger();
            boolean[] added = new boolean[1];
            return new Round(
                    () -> added[0] = fence.addCallback(FenceCallback.of(f -> runs.incrementAndGet())),
                    () -> context.signal(fence),
                    () -> assertThat(runs.get()).isEqualTo(added[0] ? 1 : 0));
        });
    }

    @Test
    @DisplayName(
            "I4: remove against signal: true if and only if the callback never runs, false only when it has finished")
    void i4RemoveAgainstSignal() {
        race(i -> {
            DmaFence fence = fence(TestOps.with());
            AtomicInteger finished = new AtomicInteger();
            FenceCallback callback = FenceCallback.of(f -> finished.incrementAndGet());
            fence.addCallback(FenceCallback.of(f -> {}));
            fence.addCallback(callback);
            int[] seen = new int[1];
            boolean[] removed = new boolean[1];
            return new Round(
                    () -> {
                        removed[0] = fence.removeCallback(callback);
                        seen[0] = finished.get();
                    },
                    () -> context.signal(fence),
                    () -> {
                        assertThat(seen[0]).isEqualTo(removed[0] ? 0 : 1);
                        assertThat(finished.get()).isEqualTo(seen[0]);
                    });
        });
    }

    @Test
    @DisplayName("I5: a poll that finds the fence done against a signal with error and time: one winner")
    void i5PollAgainstSignal() {
        race(i -> {
            TestOps ops = TestOps.with(Op.SIGNALED);
            ops.onPoll = f -> true;
            DmaFence fence = fence(ops);
            FenceStatus[] seen = new FenceStatus[1];
            long[] stamp = new long[1];
            return new Round(
                    () -> {
                        seen[0] = fence.pollStatus();
                        stamp[0] = fence.timestampNs();
                    },
                    () -> context.signal(fence, FenceError.EIO),
                    () -> {
                        assertThat(fence.pollStatus()).as("no second thoughts").isEqualTo(seen[0]);
                        assertThat(fence.timestampNs()).isEqualTo(stamp[0]);
                    });
        });
    }

    @Test
    @DisplayName("I6: wait, signal and interrupt at once: success or -ERESTARTSYS, and no lost wake-up")
    void i6WaitSignalInterrupt() {
        Thread self = Thread.currentThread();
        race(i -> {
            DmaFence fence = fence(TestOps.with());
            long[] result = new long[1];
            return new Round(
                    () -> {
                        result[0] = fence.waitTimeout(true, Long.MAX_VALUE);
                        if (result[0] > 0) {
                            assertThat(fence.isSignaled()).isTrue();
                        } else {
                            assertThat(Thread.currentThread().isInterrupted()).isTrue();
                        }
                        boolean unused = Thread.interrupted();
                        fence.awaitUninterruptibly(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
                        unused = Thread.interrupted(); // the interrupt may come after the wait, but before the signal
                    },
                    () -> {
                        if (i % 2 == 0) {
                            self.interrupt();
                        }
                        context.signal(fence);
                    },
                    () -> {
                        assertThat(result[0]).isIn(Long.MAX_VALUE, (long) FenceError.ERESTARTSYS.errno());
                        assertThat(waiting(fence)).isZero();
                    });
        });
    }

    @Test
    @DisplayName("I7: a signal that comes during the first enable op runs after it")
    void i7EnableAgainstSignal() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        FenceContext patient =
                FenceContext.builder(FenceRuntime.builder().build()).build();
        DmaFence fence = patient.newFence(ops, 1);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        ops.onEnable = f -> {
            inside.countDown();
            FenceFixture.await(letGo);
            log.add("enabled, signaled " + f.isSignaled());
            return true;
        };
        CompletableFuture<Void> adder = fork("adder", () -> fence.addCallback(FenceFixture.logging(log, "callback")));
        FenceFixture.await(inside);
        CompletableFuture<Void> signaler = fork("signaller", () -> patient.signal(fence));
        assertThat(signaler).isNotDone();
        letGo.countDown();
        join(adder);
        join(signaler);
        assertThat(log.get(0)).isEqualTo("enabled, signaled false");
        assertThat(fence.isSignaled()).isTrue();

        race(i -> {
            TestOps own = TestOps.with(Op.ENABLE_SIGNALING);
            AtomicBoolean late = new AtomicBoolean();
            DmaFence raced = patient.newFence(own, i);
            own.onEnable = f -> {
                late.set(f.isSignaled());
                return true;
            };
            return new Round(raced::enableSignaling, () -> patient.signal(raced), () -> {
                assertThat(late).as("asked of a signalled fence").isFalse();
                assertThat(raced.isSignalingEnabled()).isTrue();
            });
        });
    }

    @Test
    @DisplayName("I8: the last reference goes in a callback, while the signaller is still at work")
    void i8LastReleaseInACallback() {
        race(i -> {
            TestOps ops = TestOps.with(Op.RELEASE);
            DmaFence fence = fence(ops);
            fence.retain();
            fence.addCallback(FenceCallback.of(DmaFence::release));
            return new Round(() -> context.signal(fence), fence::release, () -> {
                assertThat(ops.releases).hasValue(1);
                assertThat(fence.isFreed()).isTrue();
                assertThat(fence.isDetached()).isTrue();
            });
        });
        assertThat(reports.all()).isEmpty();
    }

    @Test
    @DisplayName("I9: a slot whose fence is replaced and released never yields a fence that was not in it, referenced")
    void i9RetainFromAgainstReplace() {
        RcuReference<DmaFence> slot = new RcuReference<>(context.runtime().rcu(), fence(TestOps.with()));
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> replacer = fork("replacer", () -> {
            for (int i = 0; i < 50_000; i++) {
                DmaFence old = slot.replace(context.newFence(TestOps.with(), i));
                if (old != null) {
                    old.release();
                }
            }
            stop.set(true);
        });
        RcuReader reader = context.runtime().reader();
        int taken = 0;
        while (!stop.get()) {
            long section = reader.lock();
            DmaFence fence = Objects.requireNonNull(DmaFence.retainFrom(slot), "the slot is never empty");
            reader.unlock(section);
            assertThat(fence.isFreed()).isFalse();
            assertThat(fence.references()).isPositive();
            fence.release();
            taken++;
        }
        join(replacer);
        assertThat(taken).isPositive();
    }

    @Test
    @DisplayName("I10: after signal-all and a grace period no op of the issuer runs, unless its fences keep their ops")
    void i10ModuleExit() {
        FenceLedger ledger = new FenceLedger("i10", false);
        FenceContext issuer =
                FenceContext.builder(context.runtime()).ledger(ledger).build();
        AtomicBoolean gone = new AtomicBoolean();
        AtomicInteger poisoned = new AtomicInteger();
        TestOps ops = TestOps.with(Op.SIGNALED, Op.SET_DEADLINE, Op.ENABLE_SIGNALING);
        ops.onName = name -> {
            poisoned.addAndGet(gone.get() ? 1 : 0);
            return name;
        };
        ops.onPoll = f -> poisoned.addAndGet(gone.get() ? 1 : 0) < 0;
        ops.onDeadline = ns -> poisoned.addAndGet(gone.get() ? 1 : 0);
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            fences.add(issuer.newFence(ops, i));
        }
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Void> user = fork("user", () -> {
            while (!stop.get()) {
                for (DmaFence fence : fences) {
                    assertThat(fence.driverName()).isIn(TestOps.DRIVER, "detached-driver");
                    boolean unused = fence.pollSignaled();
                    fence.setDeadline(1);
                    fence.enableSignaling();
                    assertThat(fence.pollDescription()).isNotEmpty();
                    fence.retain().release();
                }
                running.countDown();
            }
        });
        FenceFixture.await(running);
        ledger.close();
        assertThat(ledger.signalAll(FenceError.ECANCELED)).isEqualTo(fences.size());
        context.runtime().rcu().synchronize();
        gone.set(true);
        stop.set(true);
        join(user);
        assertThat(poisoned).hasValue(0);
        assertThat(ledger.dependents()).isEmpty();
        assertThat(fences).allMatch(f -> f.independence().independent());

        DmaFence keeping = context.newFence(TestOps.with(Op.RELEASE), 1);
        context.signal(keeping);
        keeping.entomb(new TestTombstone());
        assertThat(keeping.isDetached()).isFalse();
        keeping.release(); // the tombstone's exception is reported
        assertThat(keeping.isFreed()).isTrue();
    }

    @Test
    @DisplayName("I11: the timestamp asked for as soon as the bit is seen is the stored one")
    void i11TimestampRightAfterTheBit() {
        race(i -> {
            DmaFence fence = fence(TestOps.with());
            long[] seen = new long[1];
            return new Round(
                    () -> {
                        while (!fence.isSignaled()) {
                            Thread.onSpinWait();
                        }
                        seen[0] = fence.timestampNs();
                    },
                    () -> context.signalAt(fence, 4711),
                    () -> assertThat(seen[0]).isEqualTo(4711));
        });
        assertThat(reports.all()).isEmpty();
    }

    @Test
    @DisplayName("I12: two threads wait for any of overlapping sets: both wake, and nothing is left on any fence")
    void i12OverlappingSets() {
        race(i -> {
            DmaFence left = fence(TestOps.with());
            DmaFence shared = fence(TestOps.with());
            DmaFence right = fence(TestOps.with());
            CompletableFuture<Void> signaler =
                    CompletableFuture.runAsync(() -> context.signal(i % 3 == 0 ? left : shared));
            int[] index = {-1, -1};
            return new Round(
                    () -> index[0] = FenceWaits.any(List.of(left, shared), true, TimeUnit.SECONDS.toNanos(20))
                            .index(),
                    () -> index[1] = FenceWaits.any(
                                    i % 3 == 0 ? List.of(right, left) : List.of(shared, right),
                                    true,
                                    TimeUnit.SECONDS.toNanos(20))
                            .index(),
                    () -> {
                        join(signaler);
                        assertThat(index).containsExactly(i % 3 == 0 ? new int[] {0, 1} : new int[] {1, 0});
                        assertThat(waiting(left) + waiting(shared) + waiting(right))
                                .isZero();
                    });
        });
    }

    @Test
    @DisplayName("I13: a deadline against a signal: the op runs in a read section at most, and nothing breaks")
    void i13DeadlineAgainstSignal() {
        TestOps blocked = TestOps.with(Op.SET_DEADLINE);
        DmaFence fence = fence(blocked);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        blocked.onDeadline = ns -> {
            inside.countDown();
            FenceFixture.await(letGo);
            return ns;
        };
        CompletableFuture<Void> hinter = fork("hinter", () -> fence.setDeadline(1));
        FenceFixture.await(inside);
        context.signal(fence);
        fence.setDeadline(2);
        assertThat(blocked.deadlines).as("none after the detach").hasValue(1);
        letGo.countDown();
        join(hinter);
        race(i -> {
            TestOps ops = TestOps.with(Op.SET_DEADLINE);
            DmaFence raced = fence(ops);
            return new Round(() -> raced.setDeadline(i), () -> context.signal(raced), () -> {
                int before = ops.deadlines.get();
                raced.setDeadline(i);
                assertThat(ops.deadlines).hasValue(before);
            });
        });
        assertThat(reports.all()).isEmpty();
    }
}
