package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.ModuleException;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A scheduler never has more than its limit of unfinished jobs, however fast they come. */
final class BackPressureTest extends SubsystemTest {
    private static final int LIMIT = 8;

    private final FenceSubsystem small =
            FenceSubsystem.create(system(), runtime, subsystem.settings().withMaxUnfinishedJobs(LIMIT));
    private final DriverHandle smallDriver = load(small);
    private final SchedulerHandle gfx = get(small.openScheduler(smallDriver, SchedulerSpec.of(ring("gfx"))));

    @AfterEach
    void shutDownSmall() {
        get(small.shutdown());
    }

    private JobHandle submit(EntityHandle entity, long id) {
        return small.submit(entity, JobSpec.of(RingJob.external(id)));
    }

    private void fill(EntityHandle entity) {
        for (int i = 1; i <= LIMIT; i++) {
            JobHandle job = submit(entity, i);
            awaitSignaled(job.scheduled());
        }
    }

    private static CompletableFuture<JobHandle> inBackground(java.util.concurrent.Callable<JobHandle> body) {
        CompletableFuture<JobHandle> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(body.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "blocked-submitter");
        thread.start();
        eventually().until(() -> thread.getState() == Thread.State.WAITING || result.isDone());
        return result;
    }

    private static void assertRefused(CompletableFuture<JobHandle> submission, Reason reason) {
        assertThatThrownBy(() -> get(submission))
                .rootCause()
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void shouldNeverExceedTheLimitWithAFastProducerThatBlocks() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("fast").blocking());
        List<JobHandle> jobs = new ArrayList<>();
        long most = 0;
        for (int i = 0; i < 2_000; i++) {
            jobs.add(small.submit(entity, JobSpec.of(RingJob.lasting(i, 0))));
            SchedulerStats stats = gfx.stats();
            most = Math.max(most, i + 1 - stats.ended());
        }

        jobs.forEach(job -> assertEnds(job, FenceStatus.OK));
        awaitConserved(gfx);
        assertThat(gfx.stats().submitted()).isEqualTo(2_000);
        assertThat(gfx.stats().refused()).isZero();
        assertThat(most).isBetween(1L, (long) LIMIT);
    }

    @Test
    void shouldRefuseAFastProducerAndLoseNothingThatWasTaken() {
        EntityHandle entity = small.openEntity(gfx, "fast");
        List<JobHandle> taken = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            try {
                taken.add(submit(entity, i));
            } catch (SubmitRefusedException e) {
                assertThat(e.reason()).isEqualTo(Reason.BACK_PRESSURE);
                refused++;
            }
        }

        assertThat(taken).hasSize(LIMIT);
        assertThat(gfx.stats().refused()).isEqualTo(refused).isEqualTo(2_000 - LIMIT);
        quiesceSmall();
        assertThat(get(gfx.engine().complete(taken.get(LIMIT - 1).id(), null))).isTrue();
        taken.forEach(job -> assertEnds(job, FenceStatus.OK));
        awaitConserved(gfx);
    }

    @Test
    void shouldCallBackOnceForEachRefusalWhenThereIsRoom() {
        AtomicInteger calls = new AtomicInteger();
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("polite").callingBack(calls::incrementAndGet));
        fill(entity);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> submit(entity, 99)).isInstanceOf(SubmitRefusedException.class);
        }
        assertThat(calls).hasValue(0);

        completes(gfx, 1);

        eventually().untilAsserted(() -> assertThat(calls).hasValue(1));
        submit(entity, 9);
        assertThatThrownBy(() -> submit(entity, 99)).isInstanceOf(SubmitRefusedException.class);
        completes(gfx, 2);
        eventually().untilAsserted(() -> assertThat(calls).hasValue(2));
    }

    @Test
    void shouldKeepAProducerGoingByCreditCallbacksAlone() {
        AtomicLong next = new AtomicLong();
        List<EntityHandle> holder = new ArrayList<>();
        Runnable produce = () -> {
            try {
                while (next.get() < 1_000) {
                    small.submit(holder.get(0), JobSpec.of(RingJob.lasting(next.get(), 0)));
                    next.incrementAndGet();
                }
            } catch (SubmitRefusedException e) {
                // goes on in the callback
            }
        };
        holder.add(small.openEntity(gfx, EntitySpec.of("polite").callingBack(produce)));

        produce.run();

        eventually().untilAsserted(() -> assertThat(gfx.stats().ended()).isEqualTo(1_000));
    }

    @Test
    void shouldReportACreditCallbackThatThrowsAndGoOn() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("rude").callingBack(() -> {
            throw new IllegalStateException("no manners");
        }));
        fill(entity);
        assertThatThrownBy(() -> submit(entity, 99)).isInstanceOf(SubmitRefusedException.class);

        assertThat(get(gfx.engine().complete(LIMIT, null))).isTrue();

        awaitConserved(gfx);
        eventually()
                .untilAsserted(() -> assertThat(reports)
                        .anySatisfy(report -> assertThat(report).contains("credit callback")));
    }

    private static void hangUntil(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldUnloadThoughACreditCallbackHangs() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("rude").callingBack(() -> {
            called.countDown();
            hangUntil(go);
        }));
        fill(entity);
        assertThatThrownBy(() -> submit(entity, 99)).isInstanceOf(SubmitRefusedException.class);
        try {
            CompletionStage<UnloadCertificate> unloading =
                    small.unload(smallDriver, UnloadPolicy.forced().withDrainTimeoutNs(0));
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(get(unloading).refused()).isFalse();
        } finally {
            go.countDown();
        }
    }

    /** What a client has run by a reply may wait for the very actor that gave it. */
    @Test
    void shouldLoadWithinTheReplyToALoad() {
        CompletionStage<Throwable> second = small.load(ScriptedJar.path(), ScriptedJar.DRIVER)
                .handle((none, loadedAlready) ->
                        catchThrowable(() -> get(small.load(ScriptedJar.path(), ScriptedJar.DRIVER))));

        assertThat(get(second)).rootCause().isInstanceOf(ModuleException.class);
    }

    @Test
    void shouldWakeASleepingSubmitterWhenAJobEnds() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("patient").blocking());
        fill(entity);
        CompletableFuture<JobHandle> blocked = inBackground(() -> submit(entity, 9));
        assertThat(blocked).isNotDone();

        completes(gfx, 1);

        JobHandle job = get(blocked);
        awaitSignaled(job.scheduled());
    }

    @Test
    void shouldRefuseASleepingSubmitterWhenItsEntityIsKilled() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("patient").blocking());
        fill(entity);
        CompletableFuture<JobHandle> blocked = inBackground(() -> submit(entity, 9));

        entity.kill();

        assertRefused(blocked, Reason.ENTITY_KILLED);
    }

    @Test
    void shouldRefuseASleepingSubmitterWhenTheSchedulerDies() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("patient").blocking());
        fill(entity);
        CompletableFuture<JobHandle> blocked = inBackground(() -> submit(entity, 9));

        Actors.kill(system(), smallDriver.actor().path().toStringWithoutAddress() + "/scheduler-1");

        assertRefused(blocked, Reason.SCHEDULER_CLOSED);
        awaitConserved(gfx);
    }

    @Test
    void shouldRefuseAnInterruptedSubmitter() {
        EntityHandle entity = small.openEntity(gfx, EntitySpec.of("hasty").blocking());
        fill(entity);

        CompletableFuture<JobHandle> blocked = inBackground(() -> {
            Thread.currentThread().interrupt();
            try {
                return submit(entity, 9);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        });

        assertRefused(blocked, Reason.INTERRUPTED);
        assertThat(gfx.stats().submitted()).isEqualTo(LIMIT);
    }

    private void quiesceSmall() {
        try {
            assertThat(small.quiesce(SOON)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
