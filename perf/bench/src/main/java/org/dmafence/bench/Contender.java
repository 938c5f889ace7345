package org.dmafence.bench;

/** One way of doing what a {@link Group} compares. Used by the thread that runs the rounds. */
abstract class Contender implements AutoCloseable {
    /** Where a window's figures go. */
    interface Sink {
        void add(Metric metric, double value);
    }

    final String name;

    Contender(String name) {
        this.name = name;
    }

    /** Measures one window; the first ones, whose figures nobody keeps, warm up. */
    abstract void window(Sink sink) throws Exception;

    /** Ends what was started for it. */
    @Override
    public void close() {}
}
