package org.dmafence.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmafence.rcu.RcuDomain;

/** Who takes part in a group in this process, who can't and why, and what has to be closed in the end. */
final class Lineup implements AutoCloseable {
    private final BenchPlan plan;
    private final List<Contender> contenders = new ArrayList<>();
    private final Map<String, Callable<Operation>> operations = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final Deque<Runnable> endings = new ArrayDeque<>();

    Lineup(BenchPlan plan) {
        this.plan = plan;
    }

    BenchPlan plan() {
        return plan;
    }

    List<Contender> contenders() {
        return contenders;
    }

    /** Makers of those that are operations, by name. */
    Map<String, Callable<Operation>> operations() {
        return operations;
    }

    Map<String, String> missing() {
        return missing;
    }

    void add(Contender contender) {
        atEnd(contender::close);
        contenders.add(contender);
    }

    /** An operation in windows of CPU time. */
    void add(String name, OperationThread worker, Callable<Operation> maker) {
        operations.put(name, maker);
        add(new OperationContender(name, worker, plan.windowNs(), maker));
    }

    void miss(String contender, String reason) {
        missing.put(contender, reason);
    }

    /** Does something when the group is through, the last first. */
    void atEnd(Runnable ending) {
        endings.push(ending);
    }

    /** A thread as anybody's. */
    OperationThread foreign() {
        OperationThread worker = OperationThread.foreign();
        atEnd(worker::close);
        return worker;
    }

    /** A thread of the project's own class. */
    OperationThread own(RcuDomain domain) {
        OperationThread worker = OperationThread.own(domain);
        atEnd(worker::close);
        return worker;
    }

    @Override
    public void close() {
        while (!endings.isEmpty()) {
            endings.pop().run();
        }
    }
}
