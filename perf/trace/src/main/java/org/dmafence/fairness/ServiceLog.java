package org.dmafence.fairness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows jobs from their submission to their end, and adds up what each client got. A ring works on its jobs one after
 * the other: it begins with one when it gets it, or when the one before has ended.
 *
 * <p>Used by one thread. Times never go back; what comes after {@link #close} is ignored. Memory is bounded by the jobs
 * in flight and by the limit of clients.
 */
public final class ServiceLog {
    private static final long NEVER = Long.MIN_VALUE;
    private static final String OTHERS = "others";

    private final int limit;
    private final Map<Object, ClientService> clients = new LinkedHashMap<>();
    private final Map<Object, ArrayDeque<Job>> rings = new HashMap<>();
    private final Set<Job> waiting = new LinkedHashSet<>();
    private @Nullable ClientService others;
    private boolean closed;
    private long beganNs = NEVER;
    private long endedNs;

    /** One job on its way. */
    public static final class Job {
        private final ClientService client;
        private final ArrayDeque<Job> ring;
        private final long submittedNs;
        private long servedSinceNs = NEVER;

        private Job(ClientService client, ArrayDeque<Job> ring, long submittedNs) {
            this.client = client;
            this.ring = ring;
            this.submittedNs = submittedNs;
        }
    }

    /** @param limit how many clients are told apart; those that come later count as one */
    public ServiceLog(int limit) {
        this.limit = limit;
    }

    /**
     * The service of a client, of whom this may be the first word.
     *
     * @param key tells clients apart
     * @param name what it is called if it is new
     */
    public ClientService client(Object key, String name) {
        ClientService known = clients.get(key);
        if (known != null) {
            return known;
        }
        if (clients.size() < limit) {
            ClientService client = new ClientService(name);
            clients.put(key, client);
            return client;
        }
        if (others == null) {
            others = new ClientService(OTHERS);
        }
        return others;
    }

    /** A client submits a job to a ring, which is any object that tells rings apart. */
    public Job submitted(ClientService client, Object ring, long nowNs) {
        Job job = new Job(client, rings.computeIfAbsent(ring, r -> new ArrayDeque<>()), nowNs);
        if (!closed) {
            beganNs = beganNs == NEVER ? nowNs : beganNs;
            client.submitted(nowNs);
            waiting.add(job);
        }
        return job;
    }

    /** The ring gets the job. */
    public void ran(Job job, long nowNs) {
        if (!closed) {
            job.ring.addLast(job);
            if (job.ring.peekFirst() == job) {
                begin(job, nowNs);
            }
        }
    }

    private void begin(Job job, long nowNs) {
        job.servedSinceNs = nowNs;
        waiting.remove(job);
        job.client.began(nowNs - job.submittedNs, nowNs);
    }

    /** The job has ended, whether or not the ring ever had it. */
    public void ended(Job job, boolean good, long nowNs) {
        if (closed) {
            return;
        }
        waiting.remove(job);
        job.ring.remove(job);
        if (job.servedSinceNs != NEVER) {
            job.client.paused(nowNs - job.servedSinceNs, nowNs);
        }
        job.client.ended(nowNs - job.submittedNs, good, nowNs);
        Job next = job.ring.peekFirst();
        if (next != null && next.servedSinceNs == NEVER) {
            begin(next, nowNs);
        }
    }

    /** Ends the log: jobs that are on their way count with what they have had up to now. */
    public void close(long nowNs) {
        if (closed) {
            return;
        }
        closed = true;
        endedNs = nowNs;
        for (ArrayDeque<Job> ring : rings.values()) {
            Job served = ring.peekFirst();
            if (served != null && served.servedSinceNs != NEVER) {
                served.client.paused(nowNs - served.servedSinceNs, nowNs);
            }
        }
        waiting.forEach(job -> job.client.leftWaiting(nowNs - job.submittedNs));
        clients().forEach(client -> client.closed(nowNs));
    }

    /** The clients in the order of appearance; those beyond the limit as one, the last. */
    public List<ClientService> clients() {
        List<ClientService> all = new ArrayList<>(clients.values());
        if (others != null) {
            all.add(others);
        }
        return all;
    }

    /** From the first submission to the end. */
    public long spanNs() {
        return beganNs == NEVER ? 0 : endedNs - beganNs;
    }
}
