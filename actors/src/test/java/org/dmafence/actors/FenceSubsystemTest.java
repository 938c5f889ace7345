package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.DeadLetter;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.trace.FlightRecording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FenceSubsystemTest extends SubsystemTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFinishJobsInTime() {
        EntityHandle entity = subsystem.openEntity(open("gfx"), "client");
        List<JobHandle> jobs = submit(entity, 10, 1_000);

        for (JobHandle job : jobs) {
            assertEnds(job, FenceStatus.OK);
            assertThat(job.ranNs()).isGreaterThanOrEqualTo(job.submittedNs());
        }
    }

    @Test
    void shouldCollectTheDriverWhenHandlesLiveOn() {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        List<JobHandle> jobs = submit(entity, 10, 1_000);
        jobs.forEach(job -> assertEnds(job, FenceStatus.OK));
        JobHandle stuck = subsystem.submit(entity, JobSpec.of(RingJob.external(99)));
        JobHandle waiting =
                subsystem.submit(entity, JobSpec.of(RingJob.external(100)).after(stuck.finished()));

        UnloadCertificate certificate =
                get(subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(20_000_000)));

        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertFails(stuck);
        assertFails(waiting);
        assertThat(List.of(driver, scheduler, entity, jobs)).hasSize(4);
    }

    @Test
    void shouldBeOneExtensionPerActorSystem() {
        ActorSystem<Void> hosted = ActorSystem.create(FenceSubsystem.behavior(), "hosted");

        assertThat(FenceSubsystem.get(hosted)).isSameAs(FenceSubsystem.get(hosted));
        assertThat(FenceSubsystem.get(hosted).runtime()).isSameAs(FenceRuntime.system());

        hosted.terminate();
        get(hosted.getWhenTerminated());
    }

    @Test
    void shouldBeReplacedBySetup() {
        FenceSubsystemSetup setup = new FenceSubsystemSetup(system -> FenceSubsystem.create(system, runtime));
        ActorSystem<Void> hosted = ActorSystem.create(Behaviors.empty(), "replaced", ActorSystemSetup.create(setup));

        assertThat(FenceSubsystem.get(hosted).runtime()).isSameAs(runtime);

        hosted.terminate();
        get(hosted.getWhenTerminated());
    }

    @Test
    void shouldUnloadEverythingWhenShutDownAndSayHow() {
        JobHandle job = submitExternal(subsystem.openEntity(open("gfx"), "client"), 1);

        List<UnloadCertificate> certificates = get(subsystem.shutdown());

        assertThat(certificates)
                .singleElement()
                .satisfies(certificate -> assertThat(certificate.module()).isEqualTo(ScriptedJar.DRIVER));
        assertFails(job);
        assertThat(get(subsystem.shutdown())).isEqualTo(certificates);
    }

    @Test
    void shouldListWhatIsOpenAndCloseIt() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        assertThat(subsystem.drivers()).containsExactly(driver);
        assertThat(subsystem.schedulers()).isEqualTo(driver.schedulers()).containsExactly(gfx, copy);
        JobHandle job = submitExternal(subsystem.openEntity(gfx, "client"), 1);

        gfx.close();

        assertFails(job);
        eventually().until(() -> subsystem.schedulers().equals(List.of(copy)));
        get(subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(0)));
        eventually().until(() -> subsystem.drivers().isEmpty());
        assertThat(subsystem.schedulers()).isEmpty();
    }

    @Test
    void shouldBringAPayloadToTheDriver() {
        Object payload = new Object() {
            @Override
            public String toString() {
                return "draw a triangle";
            }
        };
        EntityHandle entity = subsystem.openEntity(open("gfx"), "client");

        assertEnds(subsystem.submit(entity, JobSpec.of(RingJob.lasting(1, 0)).withPayload(payload)), FenceStatus.OK);

        assertThat(System.getProperty("scripted.payload")).isEqualTo("draw a triangle");
    }

    @Test
    void shouldTakeAsManyJobsAsTheSpecSays() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withMaxUnfinishedJobs(2));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        submitExternal(entity, 2);

        assertThatThrownBy(() -> submitExternal(entity, 3)).isInstanceOf(SubmitRefusedException.class);
    }

    @Test
    void shouldLeaveNoDeadLetters() {
        ActorSystem<Void> hosted = ActorSystem.create(Behaviors.empty(), "letters");
        List<Object> dead = new CopyOnWriteArrayList<>();
        ActorRef<Object> reader = hosted.systemActorOf(
                Behaviors.receiveMessage(letter -> {
                    dead.add(letter);
                    return Behaviors.same();
                }),
                "reader",
                Props.empty());
        Adapter.toClassic(hosted).eventStream().subscribe(Adapter.toClassic(reader), DeadLetter.class);
        FenceSubsystem hosting = FenceSubsystem.create(hosted, runtime);
        DriverHandle loaded = load(hosting);
        SchedulerHandle gfx =
                get(hosting.openScheduler(loaded, SchedulerSpec.of(ring("gfx")).withTimeout(1, TimeUnit.HOURS)));
        List<JobHandle> jobs = submit(hosting, gfx);

        get(hosting.unload(loaded, UnloadPolicy.forced().withDrainTimeoutNs(0)));
        get(gfx.engine().complete(1, null));
        gfx.advance();
        gfx.close();
        get(hosting.unload(loaded, UnloadPolicy.forced()));
        get(hosting.shutdown());
        jobs.forEach(SubsystemTest::assertSignals);
        reader.tell("end");

        eventually().until(() -> dead.contains("end"));
        assertThat(dead).containsExactly("end");
        hosted.terminate();
        get(hosted.getWhenTerminated());
    }

    private static List<JobHandle> submit(FenceSubsystem hosting, SchedulerHandle gfx) {
        EntityHandle entity = hosting.openEntity(gfx, "client");
        List<JobHandle> jobs = new ArrayList<>();
        for (int id = 1; id <= 20; id++) {
            jobs.add(hosting.submit(entity, JobSpec.of(RingJob.external(id))));
        }
        return jobs;
    }

    @Test
    void shouldTerminateTheActorSystemEvenIfADriverHangs() {
        ActorSystem<Void> hosted = ActorSystem.create(Behaviors.empty(), "hanging");
        FenceSubsystem hosting = FenceSubsystem.create(hosted, runtime);
        SchedulerHandle hangs = get(hosting.openScheduler(load(hosting), SchedulerSpec.of(ring("submit-hangs"))));
        JobHandle job = hosting.submit(hosting.openEntity(hangs, "client"), JobSpec.of(RingJob.external(1)));

        hosted.terminate();

        assertFails(job);
        get(hosted.getWhenTerminated());
    }

    @Test
    void shouldTerminateTheActorSystemEvenIfADriverCanNotBeWoken() {
        ActorSystem<Void> hosted = ActorSystem.create(Behaviors.empty(), "deaf");
        FenceSubsystem hosting = FenceSubsystem.create(hosted, runtime);
        SchedulerHandle deaf = get(hosting.openScheduler(load(hosting), SchedulerSpec.of(ring("submit-deaf"))));
        JobHandle job = hosting.submit(hosting.openEntity(deaf, "client"), JobSpec.of(RingJob.external(1)));
        JobHandle behind = hosting.submit(hosting.openEntity(deaf, "client"), JobSpec.of(RingJob.external(2)));
        eventually().until(() -> job.ranNs() != Long.MIN_VALUE);
        CompletionStage<Boolean> completion = deaf.engine().complete(1, null);

        hosted.terminate();

        assertFails(job);
        assertFails(behind);
        get(hosted.getWhenTerminated());
        assertThat(get(completion)).as("nobody will complete it").isFalse();
        hear();
    }

    /**
     * The class loader is proven gone by the certificate; this is about what is ours, such as the schedulers' queues.
     */
    @Test
    void shouldKeepNothingOfADriverThatIsGone() {
        get(subsystem.unload(driver, UnloadPolicy.orderly()));
        List<WeakReference<?>> ours = comeAndGo();

        eventually().until(() -> {
            System.gc();
            return ours.stream().allMatch(reference -> reference.get() == null);
        });
    }

    private List<WeakReference<?>> comeAndGo() {
        DriverHandle gone = load(subsystem);
        SchedulerHandle gfx = get(subsystem.openScheduler(gone, SchedulerSpec.of(ring("gfx"))));
        JobHandle job = subsystem.submit(subsystem.openEntity(gfx, "client"), JobSpec.of(RingJob.lasting(1, 0)));
        assertSignals(job);
        job.release();
        get(subsystem.unload(gone, UnloadPolicy.orderly()));
        eventually().until(() -> gone.schedulers().isEmpty());
        return List.of(new WeakReference<>(gone), new WeakReference<>(gfx.gate()));
    }

    @Test
    void shouldTerminateTheActorSystemEvenIfACallbackHangs() {
        ActorSystem<Void> hosted = ActorSystem.create(Behaviors.empty(), "stuck");
        FenceSubsystem hosting = FenceSubsystem.create(hosted, runtime);
        SchedulerHandle gfx = get(hosting.openScheduler(
                load(hosting), SchedulerSpec.of(ring("gfx")).withCredits(1)));
        EntityHandle entity = hosting.openEntity(gfx, "client");
        List<JobHandle> jobs = List.of(
                hosting.submit(entity, JobSpec.of(RingJob.external(1))),
                hosting.submit(entity, JobSpec.of(RingJob.external(2))));
        CountDownLatch goOn = new CountDownLatch(1);
        assertThat(jobs.get(1).finished().addCallback(FenceCallback.of(f -> awaitUninterruptibly(goOn))))
                .isTrue();

        hosted.terminate();

        get(hosted.getWhenTerminated());
        jobs.forEach(SubsystemTest::assertFails);
        goOn.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldWriteARecordingWhenItIsShutDown() throws Exception {
        Path file = directory.resolve("run.jfr");
        FlightRecording recording = subsystem.recordTo(file);
        EntityHandle entity = subsystem.openEntity(open("gfx"), "recorded");
        submit(entity, 3, 1_000).forEach(job -> assertEnds(job, FenceStatus.OK));
        assertThat(file).doesNotExist();
        get(subsystem.shutdown());

        assertThat(recording.isClosed()).isTrue();
        assertThat(RecordingFile.readAllEvents(file).stream()
                        .filter(event -> event.getEventType().getName().equals("dmafence.JobDone")
                                && event.getString("client").equals("recorded")))
                .hasSize(3);
        assertThatThrownBy(() -> subsystem.recordTo(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was shut down");
    }
}
