package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.workload.Workload;
import org.dmafence.workload.Workload.Client;
import org.jspecify.annotations.Nullable;

/**
 * What is sent: who sends it, where to, and when.
 *
 * @param name as it was asked for
 * @param description one sentence
 * @param clients their names, those that are told apart; the last one may stand for all others
 * @param perSecond how many jobs the timetable has in a second; 0 if clients wait for their work
 * @param timeoutNs how long a ring may take for a job before its driver resets it; {@link Long#MAX_VALUE} for ever
 * @param timetable makes the same timetable each time
 * @param closed clients that wait for their work, in the order of the streams; empty if there is a timetable
 */
public record Load(
        String name,
        String description,
        List<String> clients,
        List<Stream> streams,
        List<Ring> rings,
        double perSecond,
        long timeoutNs,
        Supplier<Arrivals> timetable,
        List<Client> closed) {

    /** A queue of jobs of one client on one ring. */
    public record Stream(int client, int ring, SchedulerPriority priority) {}

    /**
     * A ring and its scheduler.
     *
     * @param credits how many jobs the hardware takes at a time
     * @param jobs how many it is sent in a round of the timetable; 0 if that has no rounds
     */
    public record Ring(String device, String name, int credits, long jobs) {}

    /** How many clients are told apart. */
    static final int MAX_CLIENTS = 16;

    private static final String OTHERS = "others";
    private static final int CREDITS = 64;
    private static final int CLOSED_DEPTH = 32;
    private static final List<Client> TWO = List.of(client("client-1"), client("client-2"));

    /** A client whose jobs keep the hardware for no time, so that what is measured is the way there and back. */
    private static Client client(String name) {
        return new Client(name, SchedulerPriority.NORMAL, 1, 0, 0, 0, CLOSED_DEPTH, 0);
    }

    private static Workload plain(String description) {
        return new Workload("steady", description, CREDITS, 0, Long.MAX_VALUE, TWO);
    }

    /** Two clients that take turns at equal distances; the hardware is done at once. */
    public static Load steady(Rate rate) {
        return ofClients(
                plain("two clients in turns at equal distances, hardware that takes no time"),
                rate.perSecond(),
                () -> new SteadyArrivals(rate.perSecond(), TWO.size(), 0),
                List.of());
    }

    /**
     * Two clients whose jobs come at random, as from many who know nothing of each other; the hardware is done at once.
     */
    public static Load poisson(Rate rate, long seed) {
        return ofClients(
                new Workload(
                        "poisson",
                        "two clients whose jobs come at random, hardware that takes no time",
                        CREDITS,
                        0,
                        Long.MAX_VALUE,
                        TWO),
                rate.perSecond(),
                () -> new PoissonArrivals(rate.perSecond(), TWO.size(), seed),
                List.of());
    }

    /** Two clients that keep {@value #CLOSED_DEPTH} jobs each unfinished; the hardware is done at once. */
    public static Load waiting() {
        return waiting(
                plain("two clients with " + CLOSED_DEPTH + " unfinished jobs each, hardware that takes no time"));
    }

    /** The clients of a workload, waiting for their work. */
    public static Load waiting(Workload workload) {
        return ofClients(
                workload,
                0,
                () -> {
                    throw new IllegalStateException(workload.name() + " has no timetable: its clients wait");
                },
                workload.clients());
    }

    /**
     * The clients of a workload, waiting for nothing.
     *
     * @param rate of all together, {@code null} for as often as the workload says
     */
    public static Load of(Workload workload, long seed, @Nullable Rate rate) {
        List<Client> clients = workload.clients();
        double own = WorkloadArrivals.perSecond(clients);
        double perSecond = rate == null ? own : rate.perSecond();
        return ofClients(
                workload, perSecond, () -> scaled(new WorkloadArrivals(clients, seed), own / perSecond), List.of());
    }

    static Arrivals scaled(Arrivals arrivals, double factor) {
        return factor == 1 ? arrivals : new ScaledArrivals(arrivals, factor);
    }

    private static Load ofClients(
            Workload workload, double perSecond, Supplier<Arrivals> timetable, List<Client> closed) {
        List<String> names = workload.clients().stream().map(Client::name).toList();
        List<Stream> streams = new ArrayList<>();
        for (Client client : workload.clients()) {
            streams.add(new Stream(apart(streams.size()), 0, client.priority()));
        }
        return new Load(
                workload.name(),
                workload.description(),
                toldApart(names),
                List.copyOf(streams),
                List.of(new Ring("card0", "gfx", workload.credits(), 0)),
                perSecond,
                workload.timeoutNs(),
                timetable,
                closed);
    }

    /** The number that a client is recorded under. */
    static int apart(int client) {
        return Math.min(client, MAX_CLIENTS);
    }

    /** The names of clients that are told apart. */
    static List<String> toldApart(List<String> names) {
        if (names.size() <= MAX_CLIENTS) {
            return List.copyOf(names);
        }
        List<String> apart = new ArrayList<>(names.subList(0, MAX_CLIENTS));
        apart.add(OTHERS);
        return List.copyOf(apart);
    }

    /** How many jobs a ring can be sent in so much time, at most. */
    long mostJobs(Ring ring, long ns) {
        if (ring.jobs == 0) {
            return Long.MAX_VALUE;
        }
        double all = rings.stream().mapToLong(Ring::jobs).sum();
        double rounds = Math.floor(ns / 1e9 * perSecond / all) + 1;
        return (long) (rounds * ring.jobs);
    }

    boolean isClosed() {
        return !closed.isEmpty();
    }
}
