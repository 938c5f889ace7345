package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.AcquireContext;
import org.dmafence.resv.LockResult;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjException;
import org.dmafence.sync.SyncObjPoint;
import org.dmafence.sync.SyncObjWait;
import org.dmafence.sync.SyncObjWait.Flag;
import org.dmafence.sync.SyncTimeline;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.Test;

/**
 * Users of buffers, files and sync objects, of whom any may die at any step: drivers, processes, waiters, holders of
 * objects. Whoever is left comes to an end, every fence signals, nothing stays locked and no reference is left.
 * Everything happens on a virtual CPU, so a seed is a run; the number of runs is {@code -Ddmafence.deaths}, one is run
 * with {@code -Ddmafence.fuzz.seed}.
 */
class SyncDeathTest {
    @Test
    void shouldBringEverybodyToAnEndWhoeverDies() {
        Long only = Long.getLong("dmafence.fuzz.seed");
        if (only != null) {
            new Run(only).run();
            return;
        }
        SplittableRandom seeds = new SplittableRandom(2_028);
        long runs = Long.getLong("dmafence.deaths", 150);
        for (long i = 0; i < runs; i++) {
            new Run(seeds.nextLong()).run();
        }
    }

    private static final class Run {
        private static final int STEPS = 30;

        private interface Body {
            void run() throws InterruptedException;
        }

        private final long seed;
        private final SplittableRandom random;
        private final VirtualCpu cpu = VirtualCpu.create();
        private final List<String> reports = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private final FenceRuntime runtime = cpu.runtimeBuilder()
                .reporter((kind, message, cause) -> reports.add(kind + " " + message))
                .build();
        private final List<SyncTimeline> drivers = new ArrayList<>();
        private final List<SyncTimeline> living = new ArrayList<>();
        private final List<DmaFence> fences = new ArrayList<>();
        private final List<SyncObj> objects = new ArrayList<>();
        private final List<ReservationObject> buffers = new ArrayList<>();
        private final List<VirtualTask> tasks = new ArrayList<>();
        private final List<CompletableFuture<FenceStatus>> futures = new ArrayList<>();
        private final UserProcess process = UserProcess.create(runtime, ErrorPolicy.KEEP_FIRST);
        private final List<Integer> files = new ArrayList<>();

        Run(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
        }

        void run() {
            try {
                for (int i = 0; i < 3; i++) {
                    drivers.add(SyncTimeline.create(runtime, "driver-" + i));
                    objects.add(SyncObj.create(runtime));
                    buffers.add(ReservationObject.create(runtime));
                }
                living.addAll(drivers);
                for (int i = 0; i < STEPS; i++) {
                    step();
                    cpu.settle();
                }
                end();
                assertThat(reports).isEmpty();
            } catch (Throwable e) {
                throw new AssertionError("run of -Ddmafence.fuzz.seed=" + seed + ", after " + log, e);
            } finally {
                cpu.close();
            }
        }

        private void step() {
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3, 4 -> startUser();
                case 5, 6 -> submit();
                case 7, 8 -> advanceADriver();
                case 9 -> futures.add(log("future", pick(objects).whenSignaled(random.nextInt(4))));
                case 10 -> cpu.advanceMs(random.nextInt(3_000));
                default -> kill();
            }
        }

        private <T> T log(String what, T value) {
            log.add(what);
            return value;
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        /** A fence of some driver, dead ones not. */
        private DmaFence fence() {
            if (living.isEmpty()) {
                DmaFence stub = runtime.allocateStub(0, FenceError.ENOENT);
                fences.add(stub);
                return stub;
            }
            SyncTimeline driver = pick(living);
            DmaFence fence = driver.point(driver.value() + random.nextInt(4));
            if (fences.contains(fence)) {
                fence.release(); // the same for the same value; one reference of ours is enough
            } else {
                fences.add(fence);
            }
            return fence;
        }

        private void submit() {
            DmaFence fence = fence();
            SyncObj object = pick(objects);
            switch (random.nextInt(4)) {
                case 0 -> object.replaceFence(log("replace", fence));
                case 1 -> object.addPoint(log("point", fence), random.nextInt(1, 6));
                case 2 -> transfer(object, pick(objects));
                default -> {
                    int fd = process.files().install(new SyncOpenFile(SyncFile.create(log("file", fence))));
                    files.add(fd);
                }
            }
        }

        private void transfer(SyncObj target, SyncObj source) {
            try {
                target.transferFrom(log("transfer", source), 0, random.nextInt(4));
            } catch (SyncObjException e) {
                log.add("of nothing");
            }
        }

        private void advanceADriver() {
            if (!living.isEmpty()) {
                pick(living).increment(log("increment", random.nextInt(3)));
            }
        }

        private void startUser() {
            int kind = random.nextInt(7);
            DmaFence fence = fence();
            SyncObjPoint one = new SyncObjPoint(pick(objects), random.nextInt(5));
            SyncObjPoint other = new SyncObjPoint(pick(objects), random.nextInt(5));
            ReservationObject buffer = pick(buffers);
            ReservationObject second = pick(buffers);
            long forMs = random.nextInt(5_000);
            boolean all = random.nextBoolean();
            String name = "user-" + tasks.size() + "-" + kind;
            Body body = switch (kind) {
                case 0 -> () -> fence.await();
                case 1 -> () -> fence.await(forMs, TimeUnit.MILLISECONDS);
                case 2 ->
                    () -> {
                        SyncObjWait wait = SyncObjWait.on(one, other).with(Flag.FOR_SUBMIT);
                        (all ? wait.with(Flag.ALL) : wait).await();
                    };
                case 3 -> () -> one.object().awaitFenceAt(one.point()).release();
                case 4 -> () -> buffer.await(ResvUsage.READ, forMs, TimeUnit.MILLISECONDS);
                case 5 -> () -> use(buffer, second, fence);
                default ->
                    () -> {
                        List<PollFd> polled = new ArrayList<>();
                        for (int fd : List.copyOf(files)) {
                            polled.add(new PollFd(fd, OpenFile.POLLIN));
                        }
                        process.poll(polled, (int) forMs);
                    };
            };
            log.add(name);
            tasks.add(cpu.start(name, () -> survive(body)));
        }

        private static void survive(Body body) {
            try {
                body.run();
            } catch (InterruptedException | SyncObjException e) {
                return; // killed, or there is nothing at the point
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("after its last release"); // the object's owner died first
            }
        }

        /** Locks two buffers, backs off from the second if need be, adds a fence, and sleeps. */
        private void use(ReservationObject first, ReservationObject second, DmaFence fence)
                throws InterruptedException {
            try (AcquireContext context = AcquireContext.begin(ReservationObject.LOCKS)) {
                LockResult locked = first.mutex().lockInterruptibly(context);
                assertThat(locked).isEqualTo(LockResult.LOCKED);
                boolean both = false;
                try {
                    both = second != first && second.mutex().lockInterruptibly(context) == LockResult.LOCKED;
                    first.reserve(2);
                    first.add(fence, ResvUsage.WRITE);
                    if (both) {
                        second.reserve(1);
                        second.add(fence, ResvUsage.READ);
                    }
                    runtime.parking().parkNanos(this, 100_000_000); // dies holding locks, perhaps
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                } finally {
                    if (both) {
                        second.mutex().unlock();
                    }
                    first.mutex().unlock();
                }
            }
        }

        private void kill() {
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (!living.isEmpty()) {
                        int index = random.nextInt(living.size());
                        log.add("a driver dies");
                        living.remove(index).close();
                    }
                }
                case 1 -> {
                    int index = random.nextInt(objects.size());
                    objects.set(index, SyncObj.create(runtime)).release();
                    log.add("an object's owner dies");
                }
                case 2 -> {
                    process.files().closeAll();
                    log.add("the process dies");
                }
                case 3 -> {
                    if (!futures.isEmpty()) {
                        pick(futures).cancel(false);
                    }
                }
                default -> {
                    if (!tasks.isEmpty()) {
                        VirtualTask task = pick(tasks);
                        if (!task.isDone()) {
                            log.add(task.name() + " dies");
                            task.interrupt();
                        }
                    }
                }
            }
        }

        private void end() {
            log.add("the end");
            living.forEach(SyncTimeline::close);
            cpu.settle();
            cpu.advanceMs(10_000);
            assertThat(fences).allMatch(DmaFence::isSignaled);
            // Left are only those who wait for somebody to submit, for ever.
            assertThat(cpu.live()).allMatch(task -> task.name().endsWith("-2"));
            cpu.live().forEach(VirtualTask::interrupt);
            cpu.settle();
            assertThat(cpu.live()).isEmpty();
            process.files().closeAll();
            objects.forEach(SyncObj::release);
            for (ReservationObject buffer : buffers) {
                assertThat(buffer.mutex().isLocked()).isFalse();
                buffer.close();
            }
            assertThat(futures).allMatch(CompletableFuture::isDone);
            assertThat(fences).allMatch(fence -> fence.references() == 1);
        }
    }
}
