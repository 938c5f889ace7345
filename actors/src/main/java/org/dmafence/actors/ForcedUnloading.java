package org.dmafence.actors;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.dmafence.fence.FenceError;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadCertificate.Step;
import org.dmafence.module.UnloadPolicy;
import org.jspecify.annotations.Nullable;

/** The unloading by force of a driver whose actor is no more, on a thread of its own. */
final class ForcedUnloading {
    private final FenceHost host;
    private final LoadedModule module;
    private final CompletableFuture<UnloadCertificate> ended;

    /** @param ended completed when the driver was unloaded */
    ForcedUnloading(FenceHost host, LoadedModule module, CompletableFuture<UnloadCertificate> ended) {
        this.host = host;
        this.module = module;
        this.ended = ended;
    }

    /** Waits for the driver's agents, which end their fences, and unloads it: the driver may owe others. */
    void begin(List<Agent> agents, AgentThreads threads, JobCount jobs) {
        long beganNs = System.nanoTime();
        CompletionStage<UnloadCertificate> unused =
                ended.whenComplete((made, failure) -> threads.close()); // if it could not even begin
        begin(policy -> {
            try {
                awaitAgents(agents, policy.stepTimeoutNs());
            } finally {
                threads.close();
            }
            Step end = new Step("agents", 0, System.nanoTime() - beganNs, problem(agents));
            return module.rmmod(policy, beganNs, List.of(end)).withJobs(jobs.jobs());
        });
    }

    void begin(Function<UnloadPolicy, UnloadCertificate> rmmod) {
        UnloadPolicy policy = UnloadPolicy.forced()
                .withIssuerDeath(host.settings().issuerDeath())
                .withDrainTimeoutNs(0)
                .withCollectTimeoutNs(0);
        CompletionStage<UnloadCertificate> unused = CallThreads.callAtLast(
                        host.clock(), "rmmod-" + module.info().name(), () -> rmmod.apply(policy))
                .whenComplete((made, failure) -> {
                    if (failure == null) {
                        ended.complete(made);
                    } else {
                        ended.completeExceptionally(failure);
                    }
                });
    }

    /** Those that a driver or a callback holds up are passed over. */
    private static void awaitAgents(List<Agent> ending, long timeoutNs) {
        CompletableFuture<?>[] ends = ending.stream()
                .map(agent -> agent.ended().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            Object unused = CompletableFuture.allOf(ends).get(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) { // nobody interrupts this thread
            for (Agent agent : ending) {
                if (agent instanceof EngineAgent engine
                        && !engine.ended().toCompletableFuture().isDone()) {
                    engine.passOver(FenceError.ECANCELED);
                }
            }
        }
    }

    private static @Nullable String problem(List<Agent> ending) {
        long left = ending.stream()
                .filter(agent -> !agent.ended().toCompletableFuture().isDone())
                .count();
        return left == 0 ? null : left + " hang and are passed over";
    }
}
