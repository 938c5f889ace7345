package org.dmafence.workload;

import java.util.List;
import org.dmafence.fairness.Fairness;
import org.dmafence.sched.SchedulerPriority;

/**
 * Clients that share one ring for some time.
 *
 * @param name as it is asked for
 * @param description one sentence
 * @param credits how many jobs the ring takes at a time, each of which takes one credit
 * @param runNs for how long the clients submit
 * @param timeoutNs how long the ring may take for a job before its driver resets it; {@link Long#MAX_VALUE} for ever
 */
public record Workload(String name, String description, int credits, long runNs, long timeoutNs, List<Client> clients) {
    public Workload {
        clients = List.copyOf(clients);
    }

    /**
     * One client with a queue of its own. It works in cycles: submits some jobs, waits, and begins again. How deep its
     * queue gets is how many cycles it begins before the oldest has ended.
     *
     * @param name its name
     * @param priority how urgent its jobs are
     * @param jobs of a cycle
     * @param jobNs what a job takes on the hardware
     * @param spreadPercent how much shorter or longer than that each job and each pause may be
     * @param waitNs the pause behind a cycle: after its last job ended if {@code depth} is 1, after its submission
     *     otherwise
     * @param depth how many cycles may be unfinished; 1 for a client that waits for its work
     * @param hangEvery each of its jobs with a number divisible by this hangs the hardware; 0 for none
     */
    public record Client(
            String name,
            SchedulerPriority priority,
            int jobs,
            long jobNs,
            int spreadPercent,
            long waitNs,
            int depth,
            int hangEvery) {

        /** The part of the hardware's time that it would use if it were alone, at most 1. */
        public double demand() {
            double busyNs = (double) jobs * jobNs;
            return depth == 1 ? busyNs / (busyNs + waitNs) : Math.min(1, busyNs / Math.max(1, waitNs));
        }
    }

    /** The parts of the hardware's time that clients who want as much as these are due; see {@link Fairness#maxMin}. */
    public double[] fairShares() {
        return Fairness.maxMin(clients.stream().mapToDouble(Client::demand).toArray());
    }
}
