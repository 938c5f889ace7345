package org.dmafence.actors;

import java.util.Objects;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/**
 * An entity to open: a client's queue of jobs. Kernel counterpart: the arguments of {@code drm_sched_entity_init()}.
 *
 * @param client the client's name
 * @param clientId its number, which its jobs carry into the trace; 0 for none. Kernel counterpart:
 *     {@code drm_client_id}
 * @param priority how urgent its jobs are; lower than the scheduler has gets the lowest it has
 * @param guilty where the client is found guilty of a hang, shared by its entities; {@code null} for nowhere
 * @param whenFull what happens to a job that its scheduler has no room for
 * @param onCredit with {@link WhenFull#CREDIT_CALLBACK} run once after each refusal, or several close together, when it
 *     is worth trying again; on a thread for such calls, one call at a time, so it may wait or submit as it likes. Who has a lot of
 *     refusals has a lot of threads made, one after the other: {@link WhenFull#BLOCK} costs less
 */
public record EntitySpec(
        String client,
        long clientId,
        SchedulerPriority priority,
        @Nullable GuiltyFlag guilty,
        WhenFull whenFull,
        Runnable onCredit) {
    public EntitySpec {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(whenFull, "whenFull");
        Objects.requireNonNull(onCredit, "onCredit");
    }

    /** An entity of normal priority whose client has no number. */
    public static EntitySpec of(String client) {
        return new EntitySpec(client, 0, SchedulerPriority.NORMAL, null, WhenFull.FAIL, () -> {});
    }

    /** The same for a client with a number. */
    public EntitySpec withClientId(long id) {
        return new EntitySpec(client, id, priority, guilty, whenFull, onCredit);
    }

    /** The same with another priority. */
    public EntitySpec withPriority(SchedulerPriority jobPriority) {
        return new EntitySpec(client, clientId, jobPriority, guilty, whenFull, onCredit);
    }

    /** The same for a client that can be found guilty. */
    public EntitySpec withGuilty(GuiltyFlag flag) {
        return new EntitySpec(client, clientId, priority, flag, whenFull, onCredit);
    }

    /** The same with submitters that sleep while there is no room. */
    public EntitySpec blocking() {
        return new EntitySpec(client, clientId, priority, guilty, WhenFull.BLOCK, onCredit);
    }

    /** The same with a callback when there is room again. */
    public EntitySpec callingBack(Runnable whenRoom) {
        return new EntitySpec(client, clientId, priority, guilty, WhenFull.CREDIT_CALLBACK, whenRoom);
    }
}
