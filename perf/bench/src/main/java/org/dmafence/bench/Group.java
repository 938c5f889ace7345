package org.dmafence.bench;

import java.util.List;

/**
 * Contenders that are measured together, in a process of their own, so that nobody's profile spoils another group's
 * code and one group measures the same whichever others run.
 *
 * @param name what {@link BenchProcess} is told
 * @param jvmOptions what its JVM needs
 * @param rounds windows of each contender, or 0 for what the plan says
 * @param forks processes, or 0 for what the plan says
 * @param warmsUp whether the first windows don't count
 * @param maker lines the contenders up
 */
record Group(String name, List<String> jvmOptions, int rounds, int forks, boolean warmsUp, Maker maker) {
    /**
     * A heap whose pages are there from the start: the kernel clears a page when it is first touched, which costs an
     * operation more than its work while the heap grows, and nothing in a process that has run for a while.
     */
    private static final List<String> TOUCHED_HEAP = List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");

    /** Makes contenders, in the group's process. */
    interface Maker {
        void lineUp(Lineup lineup) throws Exception;
    }

    static Group of(String name, Maker maker) {
        return new Group(name, TOUCHED_HEAP, 0, 0, true, maker);
    }

    /** With a number of windows of its own, in one process: they are long, or many in themselves. */
    static Group of(String name, int rounds, Maker maker) {
        return new Group(name, TOUCHED_HEAP, rounds, 1, true, maker);
    }

    /** What is the same each time. */
    static Group once(String name, List<String> jvmOptions, Maker maker) {
        return new Group(name, jvmOptions, 1, 1, false, maker);
    }

    /** As often as a verdict needs, what fills a heap of its own. */
    static Group severalTimes(String name, List<String> jvmOptions, Maker maker) {
        return new Group(name, jvmOptions, Row.FEWEST, 1, false, maker);
    }

    int roundsOf(BenchPlan plan) {
        return rounds == 0 ? plan.rounds() : rounds;
    }

    int forksOf(BenchPlan plan) {
        return forks == 0 ? plan.forks() : forks;
    }
}
