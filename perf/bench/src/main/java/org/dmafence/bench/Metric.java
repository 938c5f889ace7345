package org.dmafence.bench;

/** What a window measures, and which of its figures stands for all windows. */
enum Metric {
    /** CPU time of the measuring thread, or of all threads that take part: the best undisturbed windows count. */
    CPU_NS("ns CPU", Statistic.P10),
    /** Time on the wall, where waiting is what is measured. */
    WALL_NS("ns wall", Statistic.MEDIAN),
    /** The same between two threads: whether they share a core decides, so the best windows count. */
    HAND_OVER_NS("ns wall", Statistic.P10),
    /** The same of one thread that waits for nobody, where it takes long. */
    WALL_US("us wall", Statistic.P10),
    /** The same of a crowd, where most of it is waiting. */
    WALL_MS("ms wall", Statistic.MEDIAN),
    /** Jobs per second on the wall. */
    RATE("jobs/s", Statistic.MEDIAN),
    /** Bytes of the heap, allocated or kept. */
    BYTES("B", Statistic.MEDIAN);

    /** Which figure of many. */
    enum Statistic {
        P10,
        MEDIAN
    }

    final String unit;
    final Statistic statistic;

    Metric(String unit, Statistic statistic) {
        this.unit = unit;
        this.statistic = statistic;
    }
}
