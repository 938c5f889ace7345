package org.dmafence.profile;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.Parking;
import org.dmafence.workload.SimulatedClient;
import org.dmafence.workload.Workload.Client;
import org.jspecify.annotations.Nullable;

/**
 * Clients that wait for their work: what they send depends on what has ended, so a system that stalls is asked for
 * less, and its latencies look better than those of people who do not wait.
 */
final class ClosedLoop implements Sender, SimulatedClient.World {
    /*
     * Overview. `ended` and `asleep` are a pair: whoever ends a job adds to the queue, then reads the flag; the sender
     * sets the flag, then looks at the queue. One of them sees the other.
     */
    private record Alarm(long atNs, long order, Runnable action) {}

    private static final long LONGEST_NAP_NS = 100_000_000;

    private final List<SimulatedClient> clients;
    private final Submitter submitter;
    private final Backlog backlog;
    private final NanoClock clock;
    private final Parking parking;
    private final long startNs;
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::atNs).thenComparingLong(Alarm::order));
    private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;
    private long alarmsSet;
    private long sent;

    ClosedLoop(
            List<Client> settings,
            long seed,
            Submitter submitter,
            Backlog backlog,
            NanoClock clock,
            Parking parking,
            long startNs) {
        this.submitter = submitter;
        this.backlog = backlog;
        this.clock = clock;
        this.parking = parking;
        this.startNs = startNs;
        clients = IntStream.range(0, settings.size())
                .mapToObj(stream -> new SimulatedClient(settings.get(stream), stream, seed, this))
                .toList();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        clients.forEach(client -> at(startNs, client::start));
        while (!stopped) {
            boolean worked = false;
            for (Runnable whenEnded = ended.poll(); whenEnded != null && !stopped; whenEnded = ended.poll()) {
                whenEnded.run();
                worked = true;
            }
            for (Alarm next = alarms.peek(); next != null && next.atNs <= clock.nanoTime() && !stopped; ) {
                alarms.remove();
                next.action.run();
                worked = true;
                next = alarms.peek();
            }
            if (!worked) {
                sleep();
            }
        }
    }

    private void sleep() {
        asleep = true;
        if (ended.isEmpty()) {
            Alarm next = alarms.peek();
            long untilNs = next == null ? LONGEST_NAP_NS : next.atNs - clock.nanoTime();
            parking.parkNanos(this, Math.min(untilNs, LONGEST_NAP_NS));
        }
        asleep = false;
    }

    @Override
    public long nowNs() {
        return clock.nanoTime();
    }

    @Override
    public void at(long atNs, Runnable action) {
        alarms.add(new Alarm(atNs, alarmsSet++, action));
    }

    @Override
    public void submit(SimulatedClient client, long durationNs, Runnable whenEnded) {
        if (stopped) {
            return;
        }
        if (!submitter.submit(client.number(), clock.nanoTime(), durationNs, () -> ended(whenEnded))) {
            stopped = true;
            return;
        }
        backlog.sender(++sent, Long.MAX_VALUE);
    }

    private void ended(Runnable whenEnded) {
        ended.add(whenEnded);
        Thread sender = thread;
        if (asleep && sender != null) {
            parking.unpark(sender);
        }
    }
}
