package org.dmafence.actors;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.sched.GpuScheduler;

/**
 * What is asked of a scheduler beside jobs, such as to kill an entity: worked off by its agent, after everything that
 * was submitted before. Any thread may ask.
 */
final class Controls {
    /*
     * Overview. A request notes how many items its inbox had been given; the agent gets to it when it has taken so
     * many. That it looks at all is the poke's doing, and that a quiet subsystem has no open requests as well.
     *
     * G1  A request is carried out or refused. It is added before the poke reads the inbox's state; who closes the
     *     inbox stores that state before it refuses what is here. One of them sees the other.
     */
    private record Request(
            long after, BiConsumer<GpuScheduler, CompletableFuture<Object>> body, CompletableFuture<Object> reply) {}

    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Inbox<?> inbox;
    private final Supplier<? extends RuntimeException> refusal;

    /** @param refusal says why nobody answers any more */
    Controls(Inbox<?> inbox, Supplier<? extends RuntimeException> refusal) {
        this.inbox = inbox;
        this.refusal = refusal;
    }

    /**
     * Asks the scheduler's agent for something.
     *
     * @param body run by the agent; completes the reply, then or later
     */
    @SuppressWarnings("unchecked") // the body completes the stage with what its caller expects of it
    <T> CompletionStage<T> ask(BiConsumer<GpuScheduler, CompletableFuture<T>> body) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        requests.add(new Request(
                inbox.added(),
                (BiConsumer<GpuScheduler, CompletableFuture<Object>>) (BiConsumer<?, ?>) body,
                (CompletableFuture<Object>) (CompletableFuture<?>) reply));
        inbox.poke();
        if (inbox.isClosed()) {
            refuseAll();
        }
        return reply;
    }

    /** On the agent, between taking a batch and settling it: carries out what is due. */
    void carryOut(GpuScheduler scheduler) {
        for (Request next = requests.peek(); next != null && next.after <= inbox.taken(); next = requests.peek()) {
            requests.remove();
            try {
                next.body.accept(scheduler, next.reply);
            } catch (RuntimeException | Error e) {
                next.reply.completeExceptionally(e);
            }
        }
    }

    /** The inbox is closed: nobody carries out anything any more. Any thread. */
    void refuseAll() {
        for (Request next = requests.poll(); next != null; next = requests.poll()) {
            next.reply.completeExceptionally(refusal.get());
        }
    }
}
