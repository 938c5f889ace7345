package org.dmafence.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * What everybody writes first: client to scheduler to engine and back, a message for each hop and job. With or without
 * fences in the messages: two that the client makes and one that the engine makes, chained as the scheduler does it.
 */
final class PlainPipeline implements PipelineBenchmark.Variant {
    private static final BenchOps OPS = new BenchOps();

    private record Fences(DmaFence scheduled, DmaFence finished) {}

    private sealed interface Command permits Submit, Run, Done {}

    private record Submit(long id, @Nullable Fences fences) implements Command {}

    private record Run(long id, @Nullable Fences fences) implements Command {}

    private record Done(long id, @Nullable Fences fences) implements Command {}

    private final String name;
    private final boolean fenced;
    private final FenceContext scheduled;
    private final FenceContext finished;
    private final FenceContext hardware;
    private final AtomicLong done = new AtomicLong();
    private final ActorRef<Command> scheduler;
    private final ActorRef<Command> engine;
    private final ActorRef<Command> completer;
    private long submitted;

    PlainPipeline(ActorSystem<?> system, String name, String dispatcher, boolean fenced) {
        this.name = name;
        this.fenced = fenced;
        FenceRuntime runtime = FenceRuntime.builder().build();
        scheduled = FenceContext.builder(runtime).name("scheduled").build();
        finished = FenceContext.builder(runtime).name("finished").build();
        hardware = FenceContext.builder(runtime).name("hardware").build();
        DispatcherSelector threads = DispatcherSelector.fromConfig(dispatcher);
        String suffix = "-" + name.replaceAll("[^a-z0-9]+", "-");
        completer = system.systemActorOf(behavior(this::complete), "plain-completer" + suffix, threads);
        engine = system.systemActorOf(behavior(this::execute), "plain-engine" + suffix, threads);
        scheduler = system.systemActorOf(behavior(this::schedule), "plain-scheduler" + suffix, threads);
    }

    private static Behavior<Command> behavior(Consumer<Command> body) {
        return Behaviors.receiveMessage(message -> {
            body.accept(message);
            return Behaviors.same();
        });
    }

    private void schedule(Command message) {
        if (message instanceof Submit submit) {
            engine.tell(new Run(submit.id, submit.fences));
        }
    }

    private void execute(Command message) {
        if (message instanceof Run run) {
            Fences fences = run.fences;
            if (fences != null) {
                DmaFence job = hardware.newFence(OPS, run.id);
                scheduled.signal(fences.scheduled);
                job.addCallback(FenceCallback.of(signaled -> finished.signal(fences.finished)));
                hardware.signal(job);
                job.release();
            }
            completer.tell(new Done(run.id, fences));
        }
    }

    private void complete(Command message) {
        if (message instanceof Done end) {
            Fences fences = end.fences;
            if (fences != null) {
                fences.scheduled.release();
                fences.finished.release();
            }
            done.incrementAndGet();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(int jobs) {
        for (int i = 0; i < jobs; i++) {
            while (submitted - done.get() >= PipelineBenchmark.IN_FLIGHT) {
                LockSupport.parkNanos(50_000);
            }
            submitted++;
            Fences fences =
                    fenced ? new Fences(scheduled.newFence(OPS, submitted), finished.newFence(OPS, submitted)) : null;
            scheduler.tell(new Submit(submitted, fences));
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
