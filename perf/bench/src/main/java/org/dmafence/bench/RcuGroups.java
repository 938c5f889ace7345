package org.dmafence.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmafence.bench.NativePrograms.Flavor;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuOrdering;
import org.dmafence.rcu.RcuSettings;
import org.jspecify.annotations.Nullable;

/** RCU beside liburcu, and beside what else protects a read. */
final class RcuGroups {
    static final String URCU_MEMB = "liburcu-memb";
    static final String URCU_MB = "liburcu-mb";
    static final String HAND_TOKEN = "C by hand";
    static final String HAND_EXCHANGE = "C by hand, xchg";
    static final String HANDLE = "handle";
    static final String BETWEEN_THREADS = "handle between threads";
    static final String OWN = "own thread class";
    static final String FOREIGN = "foreign thread";
    static final String DMAFENCE = "dmafence";

    private static final long GRACE_PERIODS = 1000;
    private static final long CALLBACKS = 500_000;

    private RcuGroups() {}

    static List<Group> all() {
        return List.of(
                Group.of("rcu-read", RcuGroups::read),
                Group.of("rcu-read-fallback", RcuGroups::readFallback),
                Group.of("rcu-synchronize", RcuGroups::synchronize),
                Group.of("rcu-callbacks", 20, RcuGroups::callbacks));
    }

    private static void read(Lineup lineup) throws Exception {
        RcuDomain domain = domain(lineup, RcuOrdering.AUTO);
        OperationThread foreign = lineup.foreign();
        OperationThread own = lineup.own(domain);
        NativePeer memb = peer(lineup, Flavor.MEMB, URCU_MEMB, HAND_TOKEN);
        if (memb != null) {
            sections(lineup, memb, URCU_MEMB, "read");
            sections(lineup, memb, HAND_TOKEN, "read-token");
        }
        lineup.add(HANDLE, foreign, () -> new RcuOperations.KeptReader(domain.reader()));
        lineup.add(OWN, own, () -> new RcuOperations.ReaderOfThread(domain));
        lineup.add(FOREIGN, foreign, () -> new RcuOperations.ReaderOfThread(domain));
        lineup.add(BETWEEN_THREADS, foreign, () -> new RcuOperations.KeptReader(domain.register("bench")));
        lineup.add("volatile read", foreign, RcuOperations.VolatileRead::new);
        lineup.add("StampedLock, optimistic", foreign, RcuOperations.StampedOptimistic::new);
        lineup.add("WriterReaderPhaser", foreign, RcuOperations.Phaser::new);
        lineup.add("reference count", foreign, RcuOperations.ReferenceCount::new);
        lineup.add("ReentrantReadWriteLock", foreign, RcuOperations.ReadWriteLock::new);
    }

    private static void readFallback(Lineup lineup) throws Exception {
        RcuDomain domain = domain(lineup, RcuOrdering.FENCE);
        OperationThread foreign = lineup.foreign();
        NativePeer mb = peer(lineup, Flavor.MB, URCU_MB, HAND_EXCHANGE);
        if (mb != null) {
            sections(lineup, mb, URCU_MB, "read");
            sections(lineup, mb, HAND_EXCHANGE, "read-exchange");
        }
        lineup.add(HANDLE, foreign, () -> new RcuOperations.KeptReader(domain.reader()));
    }

    private static void synchronize(Lineup lineup) throws Exception {
        RcuDomain domain = domain(lineup, RcuOrdering.AUTO);
        NativePeer memb = peer(lineup, Flavor.MEMB, URCU_MEMB);
        if (memb != null) {
            lineup.add(new NativePeer.Windows(URCU_MEMB, memb, "synchronize", Metric.WALL_NS, 0, GRACE_PERIODS));
        }
        lineup.add(new GraceContenders.Synchronize(DMAFENCE, domain, (int) GRACE_PERIODS));
    }

    private static void callbacks(Lineup lineup) throws Exception {
        RcuDomain domain = domain(lineup, RcuOrdering.AUTO);
        NativePeer memb = peer(lineup, Flavor.MEMB, URCU_MEMB);
        if (memb != null) {
            lineup.add(new NativePeer.Windows(URCU_MEMB, memb, "callbacks", Metric.CPU_NS, 0, CALLBACKS));
        }
        lineup.add(new GraceContenders.Callbacks(DMAFENCE, domain, (int) CALLBACKS));
    }

    private static void sections(Lineup lineup, NativePeer peer, String name, String what) {
        lineup.add(new NativePeer.Windows(
                name, peer, what, Metric.CPU_NS, lineup.plan().windowNs(), 0));
    }

    private static RcuDomain domain(Lineup lineup, RcuOrdering ordering) {
        RcuDomain domain =
                RcuDomain.create(RcuSettings.defaults().withName("bench").withOrdering(ordering));
        lineup.atEnd(domain::close);
        return domain;
    }

    /** The program of a flavour, or {@code null} with a word for each contender that would be measured by it. */
    private static @Nullable NativePeer peer(Lineup lineup, Flavor flavor, String... contenders) throws Exception {
        Path program = NativePrograms.program(lineup.plan().natives(), flavor);
        if (!Files.isExecutable(program)) {
            for (String contender : contenders) {
                lineup.miss(contender, NativePrograms.REMEDY);
            }
            return null;
        }
        NativePeer peer = new NativePeer(program);
        lineup.atEnd(peer::close);
        return peer;
    }
}
