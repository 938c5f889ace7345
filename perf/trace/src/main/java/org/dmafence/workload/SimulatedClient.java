package org.dmafence.workload;

import java.util.SplittableRandom;
import org.dmafence.driver.RingJob;
import org.dmafence.workload.Workload.Client;

/**
 * A client at work: when it submits, and what. Used by one thread. Kernel counterpart: {@code drm_sched_client_work()}.
 */
public final class SimulatedClient {
    /** Where the client's jobs go, and its alarm clock. */
    public interface World {
        /** What time it is. */
        long nowNs();

        /** Has something done at a time, on the thread that the client is used by. */
        void at(long atNs, Runnable action);

        /**
         * Pushes a job.
         *
         * @param whenEnded run on the same thread when the job has ended; must not submit
         */
        void submit(SimulatedClient client, long durationNs, Runnable whenEnded);
    }

    /** Jobs of one cycle that have not ended. */
    private static final class Cycle {
        int left;
    }

    private final Client client;
    private final int number;
    private final World world;
    private final SplittableRandom random;
    private long jobs;
    private int unfinishedCycles;
    private boolean blocked;
    private boolean stopped;

    /**
     * A client that has not begun.
     *
     * @param number of the client; its jobs have lengths of their own, whatever the policy
     */
    public SimulatedClient(Client client, int number, long seed, World world) {
        this.client = client;
        this.number = number;
        this.world = world;
        random = new SplittableRandom(seed * 1_000_003 + number);
    }

    /** How it works. */
    public Client settings() {
        return client;
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /** Begins, at once. */
    public void start() {
        world.at(world.nowNs(), this::cycle);
    }

    /** Submits nothing any more. */
    public void stop() {
        stopped = true;
    }

    private void cycle() {
        if (stopped) {
            return;
        }
        if (unfinishedCycles == client.depth()) {
            blocked = true;
            return;
        }
        unfinishedCycles++;
        Cycle cycle = new Cycle();
        cycle.left = client.jobs();
        for (int i = 0; i < client.jobs(); i++) {
            world.submit(this, nextDurationNs(), () -> ended(cycle));
        }
        if (client.depth() > 1) {
            world.at(waitUntilNs(), this::cycle);
        }
    }

    private long nextDurationNs() {
        jobs++;
        boolean hangs = client.hangEvery() > 0 && jobs % client.hangEvery() == 0;
        long durationNs = Math.max(1, spread(client.jobNs()));
        return hangs ? RingJob.HANG : durationNs;
    }

    private long waitUntilNs() {
        return world.nowNs() + spread(client.waitNs());
    }

    private long spread(long ns) {
        long spreadNs = ns / 100 * client.spreadPercent();
        return spreadNs == 0 ? ns : ns + random.nextLong(-spreadNs, spreadNs + 1);
    }

    private void ended(Cycle cycle) {
        if (--cycle.left > 0) {
            return;
        }
        unfinishedCycles--;
        if (client.depth() == 1) {
            world.at(waitUntilNs(), this::cycle);
        } else if (blocked) {
            blocked = false;
            world.at(world.nowNs(), this::cycle);
        }
    }
}
