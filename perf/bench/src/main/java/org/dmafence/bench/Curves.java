package org.dmafence.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.module.ModuleException;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuSettings;

/** The curves of the core. */
final class Curves {
    private static final int MILLION = 20;
    private static final int QUICK = 16;

    private static final List<Curve> ALL = List.of(
            new Curve("readers", "a grace period", "registered readers", 6, 17, 14, Curves::readers),
            new Curve("rcu-callbacks", "defer and run", "RCU callbacks", 6, MILLION, QUICK, Curves::rcuCallbacks),
            new Curve("callbacks", "add and run", "callbacks of a fence", 6, MILLION, QUICK, Curves::callbacks),
            new Curve("fences", "create and signal", "fences alive at once", 6, MILLION, QUICK, Curves::fences),
            new Curve("chain", "add and signal in order", "points of a chain", 6, MILLION, QUICK, Curves::chain),
            new Curve("unload", "unload a driver", "fences alive", 10, MILLION, 17, Curves::unload),
            new Curve("rings", "32 jobs each", "rings and engines", 2, 10, 7, PipelineCurves::rings),
            new Curve("clients", "500 jobs each", "client threads", 0, 9, 6, PipelineCurves::clients),
            new Curve("entities", "2 jobs each", "entities of a scheduler", 6, 17, 13, PipelineCurves::entities));

    private Curves() {}

    static List<Curve> all() {
        return ALL;
    }

    private static Curve.Cost readers(Lineup lineup) {
        RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("bench"));
        lineup.atEnd(domain::close);
        List<RcuReader> readers = new ArrayList<>();
        return size -> {
            while (readers.size() < size) {
                readers.add(domain.register("reader"));
            }
            while (readers.size() > size) {
                readers.remove(readers.size() - 1).close();
            }
            long start = threadNs();
            domain.synchronize();
            return threadNs() - start;
        };
    }

    private static Curve.Cost rcuCallbacks(Lineup lineup) {
        RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("bench"));
        lineup.atEnd(domain::close);
        long[] ran = {0};
        return size -> {
            long start = ProcessClock.cpuNs();
            for (int i = 0; i < size; i++) {
                domain.defer(() -> ran[0]++);
            }
            domain.barrier();
            return ProcessClock.cpuNs() - start;
        };
    }

    private static Curve.Cost callbacks(Lineup lineup) {
        return size -> {
            Operation life = new FenceOperations.ManyCallbacks(size);
            long start = threadNs();
            life.run(1);
            return threadNs() - start;
        };
    }

    private static Curve.Cost fences(Lineup lineup) {
        return size -> {
            Operation all = new FenceOperations.BatchAdding(size);
            long start = threadNs();
            all.run(1);
            return threadNs() - start;
        };
    }

    private static Curve.Cost chain(Lineup lineup) {
        FenceContext context = FenceContext.create("bench");
        BenchOps ops = new BenchOps();
        return size -> {
            DmaFence[] points = new DmaFence[size];
            long start = threadNs();
            DmaFence last = null;
            for (int i = 0; i < size; i++) {
                points[i] = context.newFence(ops, i);
                last = FenceChain.create(last, points[i].retain(), i + 1L).fence();
            }
            if (last != null) {
                last.enableSignaling();
            }
            for (DmaFence point : points) {
                context.signal(point);
            }
            if (last == null || !last.isSignaled()) {
                throw new IllegalStateException("the last of " + size + " points has not signalled");
            }
            return threadNs() - start;
        };
    }

    private static Curve.Cost unload(Lineup lineup) throws Exception {
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, SystemGroups.DRIVER);
        return size -> {
            double[] us = {0};
            try {
                new UnloadContender("", driver, size, size).window((metric, value) -> us[0] = value);
            } catch (ModuleException e) {
                throw new IllegalStateException("the driver can't be loaded", e);
            }
            return us[0] * 1000;
        };
    }

    private static long threadNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
