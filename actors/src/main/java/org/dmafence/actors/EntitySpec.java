package org.dmafence.actors;

import java.util.Objects;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/**
 * An entity to open: a client's queue of jobs. Kernel counterpart: the arguments of {@code drm_sched_entity_init()}.
 *
 * @param client the client's name
 * @param clientId its number, which its jobs carry into the trace; 0 for none. Kernel counterpart: {@code drm_client_id}
 * @param priority how urgent its jobs are; lower than the scheduler has gets the lowest it has
 * @param guilty where the client is found guilty of a hang, shared by its entities; {@code null} for nowhere
 */
public record EntitySpec(
        String client,
        long clientId,
        SchedulerPriority priority,
        @Nullable GuiltyFlag guilty) {
    public EntitySpec {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(priority, "priority");
    }

    /** An entity of normal priority whose client has no number. */
    public static EntitySpec of(String client) {
        return new EntitySpec(client, 0, SchedulerPriority.NORMAL, null);
    }

    /** The same for a client with a number. */
    public EntitySpec withClientId(long id) {
        return new EntitySpec(client, id, priority, guilty);
    }

    /** The same with another priority. */
    public EntitySpec withPriority(SchedulerPriority jobPriority) {
        return new EntitySpec(client, clientId, jobPriority, guilty);
    }

    /** The same for a client that can be found guilty. */
    public EntitySpec withGuilty(GuiltyFlag flag) {
        return new EntitySpec(client, clientId, priority, flag);
    }
}
