package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.trace.FlightRecording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's snippet on embedding, run on the real driver jar. */
class EmbeddingSnippetIT {
    @Test
    void shouldDoWhatTheGuideSays() throws InterruptedException {
        Path jar = Path.of("target/drivers/dmafence-amdgpu-shim.jar");

        ActorSystem<Void> system = ActorSystem.create(FenceSubsystem.behavior(), "fences");
        FenceSubsystem fences = FenceSubsystem.get(system);

        DriverHandle driver = join(fences.load(jar, "amdgpu-independent"));
        String issuer = driver.issuers().get(0).name(); // its ordinary jobs' fences
        RingSpec ring = new RingSpec("0000:04:00.0", "gfx", issuer, 16);
        SchedulerHandle scheduler = join(fences.openScheduler(driver, SchedulerSpec.of(ring)));
        EntityHandle client = fences.openEntity(scheduler, "client-1");

        JobHandle first = fences.submit(client, JobSpec.of(RingJob.lasting(1, 100_000)));
        JobSpec next = JobSpec.of(RingJob.lasting(2, 50_000)).after(first.finished());
        JobHandle second = fences.submit(client, next);
        second.finished().await(); // a thread may wait; an actor never does

        UnloadCertificate certificate = join(fences.unload(driver, UnloadPolicy.orderly()));
        System.out.println(certificate.render());

        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(second.finished().status()).hasToString("signaled");
        system.terminate();
        join(system.getWhenTerminated());
    }

    @Test
    void shouldRecordAsTheGuideSays(@TempDir Path directory) throws Exception {
        Path jar = Path.of("target/drivers/dmafence-amdgpu-shim.jar");
        Path file = directory.resolve("fences.jfr");
        ActorSystem<Void> system = ActorSystem.create(FenceSubsystem.behavior(), "fences");
        FenceSubsystem fences = FenceSubsystem.get(system);
        DriverHandle driver = join(fences.load(jar, "amdgpu-independent"));
        RingSpec ring =
                new RingSpec("0000:04:00.0", "gfx", driver.issuers().get(0).name(), 16);
        EntityHandle client = fences.openEntity(join(fences.openScheduler(driver, SchedulerSpec.of(ring))), "client-1");

        try (FlightRecording recording = fences.recordTo(file)) {
            fences.submit(client, JobSpec.of(RingJob.lasting(3, 50_000)))
                    .finished()
                    .await();
            recording.dump(); // what there is so far, such as after an incident; it goes on
        }

        assertThat(file).isNotEmptyFile();
        system.terminate();
        join(system.getWhenTerminated());
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
