package org.dmafence.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.actors.inbox.Quiescence;
import org.dmafence.driver.RingJob;

/**
 * Jobs without fences through three actors with the subsystem's inboxes and doorbells: what these cost by themselves.
 * Only for measuring; the subsystem has no jobs without fences.
 */
final class DoorbellPipeline implements PipelineBenchmark.Variant {
    private enum Doorbell {
        RING
    }

    private final String name;
    private final int inFlight;
    private final RingJob[] jobs;
    private final Inbox<RingJob> scheduler;
    private final AtomicLong done = new AtomicLong();
    private long submitted;

    /** Three idle actors on a dispatcher. */
    DoorbellPipeline(ActorSystem<?> system, String name, String dispatcher, int inFlight) {
        this.name = name;
        this.inFlight = inFlight;
        jobs = new RingJob[inFlight];
        for (int i = 0; i < inFlight; i++) {
            jobs[i] = RingJob.lasting(i, 0);
        }
        Quiescence quiescence = new Quiescence();
        Inbox<RingJob> completer = new Inbox<>(inFlight, job -> {}, quiescence);
        Inbox<RingJob> engine = new Inbox<>(inFlight, job -> {}, quiescence);
        scheduler = new Inbox<>(inFlight, job -> {}, quiescence);
        DispatcherSelector threads = DispatcherSelector.fromConfig(dispatcher);
        String suffix = "-" + name.replaceAll("[^A-Za-z0-9]+", "-");
        long[] batch = new long[1];
        spawn(system, "doorbell-completer" + suffix, threads, completer, job -> batch[0]++, () -> {
            done.addAndGet(batch[0]);
            batch[0] = 0;
        });
        spawn(system, "doorbell-engine" + suffix, threads, engine, completer::append, completer::ring);
        spawn(system, "doorbell-scheduler" + suffix, threads, scheduler, engine::append, engine::ring);
    }

    private static void spawn(
            ActorSystem<?> system,
            String name,
            DispatcherSelector threads,
            Inbox<RingJob> inbox,
            Consumer<RingJob> work,
            Runnable batchEnd) {
        Behavior<Doorbell> behavior = Behaviors.receiveMessage(ring -> {
            inbox.drain(work);
            batchEnd.run();
            inbox.settle();
            return Behaviors.same();
        });
        ActorRef<Doorbell> actor = system.systemActorOf(behavior, name, threads);
        inbox.connect(() -> actor.tell(Doorbell.RING));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(int count) {
        for (int i = 0; i < count; i++) {
            while (submitted - done.get() >= inFlight) {
                LockSupport.parkNanos(50_000);
            }
            if (!scheduler.offer(jobs[(int) (submitted % inFlight)])) {
                throw new IllegalStateException(
                        "an inbox for " + inFlight + " jobs in flight has no room for one more");
            }
            submitted++;
        }
        while (done.get() < submitted) {
            LockSupport.parkNanos(50_000);
        }
    }

    @Override
    public void close() {
        // The actors end with their system.
    }
}
