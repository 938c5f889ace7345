package org.dmafence.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One operation of a group, for who measures it otherwise: JMH does. Its name is its group's, a slash and its
 * contender's. Belongs to the thread that made it.
 */
public final class BenchOperation implements AutoCloseable {
    private final Lineup lineup;
    private final Operation operation;

    private BenchOperation(Lineup lineup, Operation operation) {
        this.lineup = lineup;
        this.operation = operation;
    }

    /**
     * Lines a whole group up, and takes one of it.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static BenchOperation named(String name) throws Exception {
        String[] names = name.split("/", 2);
        Lineup lineup = new Lineup(plan());
        try {
            Groups.named(names[0]).maker().lineUp(lineup);
            Callable<Operation> maker = names.length == 2 ? lineup.operations().get(names[1]) : null;
            if (maker == null) {
                throw new IllegalArgumentException("no operation " + name);
            }
            return new BenchOperation(lineup, maker.call());
        } catch (Exception | Error e) {
            lineup.close();
            throw e;
        }
    }

    /** Those of RCU and of fences that any thread can run: none that asks for a thread of the subsystem's own class. */
    public static List<String> names() throws Exception {
        List<String> names = new ArrayList<>();
        for (Group group : Groups.all()) {
            if (group.name().startsWith("rcu-read") || group.name().startsWith("fence-")) {
                try (Lineup lineup = new Lineup(plan())) {
                    group.maker().lineUp(lineup);
                    for (Map.Entry<String, ?> each : lineup.operations().entrySet()) {
                        if (!each.getKey().equals(RcuGroups.OWN)) {
                            names.add(group.name() + "/" + each.getKey());
                        }
                    }
                }
            }
        }
        return names;
    }

    private static BenchPlan plan() {
        Path nowhere = Path.of("");
        return new BenchPlan(true, nowhere, nowhere, nowhere, 0);
    }

    /**
     * Does it so many times, with what it needs, so that a batch is measured from its making.
     *
     * @return what it saw so far, which grows if it did something
     */
    public long run(int times) {
        operation.prepare(times);
        operation.run(times);
        return operation.seen;
    }

    /** Ends the group's threads. */
    @Override
    public void close() {
        lineup.close();
    }
}
