package org.dmafence.actors;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** The hardware end of a scheduler, for a client that drives the hardware by hand. Any thread may use it. */
public final class EngineHandle {
    private final EngineLink link;
    private final RingSpec ring;
    private final ClientThreads clients;

    EngineHandle(EngineLink link, RingSpec ring, ClientThreads clients) {
        this.clients = clients;
        this.link = link;
        this.ring = ring;
    }

    /** The ring that it runs. */
    public RingSpec ring() {
        return ring;
    }

    /**
     * The hardware has finished a job of {@link org.dmafence.driver.RingJob#EXTERNAL} duration, and therefore all
     * before it on the ring. Not before the job's {@code scheduled} fence has signalled, or it is not in flight yet.
     *
     * @param error what it ends with, {@code null} for success
     * @return whether the job was in flight; false, too, when the engine is gone. Completed on one of the
     *     clients' threads
     * @throws IllegalStateException if far more completions are on their way than the ring has slots
     */
    public CompletionStage<Boolean> complete(long jobId, @Nullable FenceError error) {
        CompletableFuture<Boolean> reply = new CompletableFuture<>();
        if (!link.complete(new EngineActor.Completion(jobId, error, reply))) {
            throw new IllegalStateException(ring.name() + " of " + ring.device() + " has " + link.completionLimit()
                    + " completions to work off; complete jobs once, when they are in flight");
        }
        return clients.answer(reply);
    }

    /** Has the engine look at the runtime's clock now. A clock that is moved by hand needs this. */
    public void advance() {
        link.inbox().poke();
    }
}
