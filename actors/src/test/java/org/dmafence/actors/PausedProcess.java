package org.dmafence.actors;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.GuiltyFlag;

/**
 * The process that {@link PausedProcessTest} stops at random moments: clients that each submit one short job after the
 * other to rings with a short time-out. It reads commands: {@code hang} submits a job that hangs and says how long that
 * took to be noticed, {@code end} says how many jobs there were and how many failed.
 */
final class PausedProcess {
    static final long TIMEOUT_MS = 50;
    private static final long JOB_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int CLIENTS = 4;

    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "paused");
    private final FenceSubsystem subsystem =
            FenceSubsystem.create(system, FenceRuntime.builder().build());
    private final DriverHandle driver;
    private final AtomicLong ids = new AtomicLong();
    private final List<Client> clients = new ArrayList<>();
    private int devices;
    private volatile boolean over;

    private PausedProcess(Path jar) {
        driver = SubsystemTest.get(subsystem.load(jar, ScriptedJar.DRIVER));
    }

    /**
     * Runs until it is told to end.
     *
     * @param args the jar of the scripted driver
     */
    public static void main(String[] args) throws IOException {
        new PausedProcess(Path.of(args[0])).run();
        Runtime.getRuntime().halt(0);
    }

    private void run() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            SchedulerHandle ring = open("gfx");
            clients.add(new Client(ring, "client " + i));
            clients.add(new Client(ring, "another " + i));
        }
        clients.forEach(Client::start);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("end"); line = in.readLine()) {
            if (line.equals("hang")) {
                System.out.println(hang());
            }
        }
        over = true;
        clients.forEach(Client::awaitEnd);
        System.out.println("jobs "
                + clients.stream().mapToLong(client -> client.jobs).sum() + " failed "
                + clients.stream().mapToLong(client -> client.failed).sum() + " guilty "
                + clients.stream().filter(client -> client.guilty.isGuilty()).count());
    }

    private SchedulerHandle open(String ring) {
        return SubsystemTest.get(subsystem.openScheduler(
                driver,
                SchedulerSpec.of(new RingSpec("device " + ++devices, ring, "job", 64))
                        .withTimeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)));
    }

    private String hang() {
        GuiltyFlag guilty = new GuiltyFlag();
        EntityHandle bad =
                subsystem.openEntity(open("gfx"), EntitySpec.of("bad").withGuilty(guilty));
        long beganNs = System.nanoTime();
        JobHandle hung = subsystem.submit(bad, JobSpec.of(new RingJob(ids.incrementAndGet(), RingJob.HANG, null)));
        boolean ended = hung.finished().awaitUninterruptibly(30, TimeUnit.SECONDS);
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        return "hung " + (ended ? hung.finished().status().error() : "for ever") + " guilty " + guilty.isGuilty()
                + " ms " + tookMs;
    }

    private final class Client extends Thread {
        private final EntityHandle entity;
        final GuiltyFlag guilty = new GuiltyFlag();
        long jobs;
        long failed;

        Client(SchedulerHandle ring, String name) {
            super(name);
            entity = subsystem.openEntity(ring, EntitySpec.of(name).withGuilty(guilty));
        }

        @Override
        public void run() {
            while (!over) {
                JobHandle job = submit();
                JobHandle next = submit();
                await(job);
                await(next);
            }
        }

        private JobHandle submit() {
            return subsystem.submit(entity, JobSpec.of(new RingJob(ids.incrementAndGet(), JOB_NS, null)));
        }

        private void await(JobHandle job) {
            boolean ended = job.finished().awaitUninterruptibly(30, TimeUnit.SECONDS);
            jobs++;
            if (!ended || job.finished().status().isError()) {
                failed++;
            }
            job.release();
        }

        void awaitEnd() {
            try {
                join(30_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
