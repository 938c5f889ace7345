package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sched.SchedulerPriority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client hangs on a stage is its own code: it holds up neither its scheduler nor its engine. */
final class ClientStageTest extends SubsystemTest {
    private static final Map<String, BiFunction<EntityHandle, JobHandle, CompletionStage<?>>> QUESTIONS = Map.of(
            "flush",
            (entity, job) -> entity.flush(Duration.ofDays(1)),
            "setPriority",
            (entity, job) -> entity.setPriority(SchedulerPriority.LOW),
            "cancel",
            (entity, job) -> job.cancel(),
            "fini",
            (entity, job) -> entity.fini(),
            "destroy",
            (entity, job) -> entity.destroy(Duration.ofDays(1)),
            "clientDied",
            (entity, job) -> entity.clientDied());

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch inClient = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        held.countDown();
        goOn.countDown();
        System.clearProperty("scripted.go");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void slowly(CompletionStage<?> stage) {
        CompletionStage<Void> unused = stage.thenRun(() -> {
            inClient.countDown();
            boolean interrupted = false;
            while (goOn.getCount() != 0) { // an engine that a client holds is interrupted, which does not help it
                LockSupport.parkNanos(1_000_000);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The scheduler is held, so that the client is there before the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"flush", "setPriority", "cancel", "fini", "destroy", "clientDied"})
    void shouldNotHoldUpTheSchedulerWhenAClientIsSlow(String question) {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle slow = subsystem.openEntity(scheduler, "slow");
        JobHandle job = submitExternal(slow, 1);
        awaitSignaled(job.scheduled());
        CompletionStage<Boolean> holding = scheduler.gate().controls().ask((machine, reply) -> {
            await(held);
            reply.complete(true);
        });
        slowly(Objects.requireNonNull(QUESTIONS.get(question)).apply(slow, job));
        held.countDown();
        assertThat(get(holding)).isTrue();
        await(inClient);

        JobHandle other = submitExternal(subsystem.openEntity(scheduler, "other"), 2);
        completes(scheduler, 2);

        assertEnds(other, FenceStatus.OK);
        awaitConserved(scheduler);
    }

    @Test
    void shouldNotHoldUpTheEngineWhenAClientIsSlow() {
        SchedulerHandle scheduler = open("submit-waits");
        EntityHandle entity = subsystem.openEntity(scheduler, "slow");
        JobHandle first = submitExternal(entity, 1);
        eventually().until(() -> first.ranNs() != Long.MIN_VALUE);
        slowly(scheduler.engine().complete(1, null));
        System.setProperty("scripted.go", "true");
        await(inClient);

        JobHandle second = submitExternal(entity, 2);
        completes(scheduler, 2);

        assertEnds(second, FenceStatus.OK);
    }
}
