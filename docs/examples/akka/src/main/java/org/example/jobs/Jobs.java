package org.example.jobs;

import akka.actor.typed.ActorSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
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

/** Loads a driver from its jar, runs two jobs on it, and unloads it while their fences live on. */
public final class Jobs {
    private Jobs() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path jar = driverJar(Path.of(args.length > 0 ? args[0] : "target/drivers"));
        ActorSystem<Void> system = ActorSystem.create(FenceSubsystem.behavior(), "example");
        try {
            FenceSubsystem fences = FenceSubsystem.get(system);
            DriverHandle driver = join(fences.load(jar, "amdgpu-independent"));
            System.out.println("loaded amdgpu-independent from " + jar.getFileName());

            RingSpec ring =
                    new RingSpec("0000:04:00.0", "gfx", driver.issuers().get(0).name(), 16);
            SchedulerHandle scheduler = join(fences.openScheduler(driver, SchedulerSpec.of(ring)));
            EntityHandle client = fences.openEntity(scheduler, "client-1");

            JobHandle first = fences.submit(client, JobSpec.of(RingJob.lasting(1, 2_000_000)));
            JobSpec next = JobSpec.of(RingJob.lasting(2, 1_000_000)).after(first.finished());
            JobHandle second = fences.submit(client, next);
            second.finished().await(); // a thread may wait; an actor never does
            System.out.println("job 1: " + first.finished().status() + ", job 2: "
                    + second.finished().status());

            UnloadCertificate certificate = join(fences.unload(driver, UnloadPolicy.orderly()));
            System.out.println(certificate.render());
            System.out.println("the driver is gone: " + certificate.collected() + "; job 2's fence is still here: "
                    + second.finished().status());
        } finally {
            system.terminate();
        }
        join(system.getWhenTerminated());
    }

    private static Path driverJar(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("dmafence-amdgpu-shim"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
