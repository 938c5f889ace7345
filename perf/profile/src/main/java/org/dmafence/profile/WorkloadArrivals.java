package org.dmafence.profile;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.dmafence.driver.RingJob;
import org.dmafence.workload.Workload.Client;

/**
 * The timetable of a workload's clients as if nothing ever held them up: each begins a cycle as often as it would on a
 * ring of its own, and sends the cycle's jobs at once.
 */
final class WorkloadArrivals implements Arrivals {
    /** One client, and when its next cycle begins. */
    private static final class Pace {
        final Client client;
        final int stream;
        final SplittableRandom random;
        long cycleNs;
        long jobs;
        int left;

        Pace(Client client, int stream, long seed) {
            this.client = client;
            this.stream = stream;
            random = new SplittableRandom(seed * 1_000_003 + stream);
            left = client.jobs();
        }

        long spread(long ns) {
            long spreadNs = ns / 100 * client.spreadPercent();
            return spreadNs == 0 ? ns : ns + random.nextLong(-spreadNs, spreadNs + 1);
        }

        long nextLengthNs() {
            jobs++;
            boolean hangs = client.hangEvery() > 0 && jobs % client.hangEvery() == 0;
            return hangs ? RingJob.HANG : Math.max(0, spread(client.jobNs()));
        }

        void sent() {
            if (--left == 0) {
                left = client.jobs();
                cycleNs += Math.max(1, spread(periodNs(client)));
            }
        }
    }

    private final PriorityQueue<Pace> paces = new PriorityQueue<>(
            Comparator.<Pace>comparingLong(pace -> pace.cycleNs).thenComparingInt(pace -> pace.stream));
    private long atNs;
    private int stream;
    private long lengthNs;

    /** @param clients whose places in the list are their streams */
    WorkloadArrivals(List<Client> clients, long seed) {
        for (int i = 0; i < clients.size(); i++) {
            paces.add(new Pace(clients.get(i), i, seed));
        }
    }

    /** From the beginning of one cycle to that of the next, on average. */
    static long periodNs(Client client) {
        long busyNs = client.jobs() * client.jobNs();
        return client.depth() == 1 ? busyNs + client.waitNs() : Math.max(busyNs, client.waitNs());
    }

    /** Jobs of all clients in a second. */
    static double perSecond(List<Client> clients) {
        return clients.stream()
                .mapToDouble(client -> client.jobs() * 1e9 / periodNs(client))
                .sum();
    }

    @Override
    public void next() {
        Pace pace = paces.remove();
        atNs = pace.cycleNs;
        stream = pace.stream;
        lengthNs = pace.nextLengthNs();
        pace.sent();
        paces.add(pace);
    }

    @Override
    public long atNs() {
        return atNs;
    }

    @Override
    public int stream() {
        return stream;
    }

    @Override
    public long lengthNs() {
        return lengthNs;
    }
}
