package org.dmafence.module;

/**
 * What the proof that a driver is gone may cost the process. A class loader goes only in a collection of the whole heap
 * that unloads classes, and such a collection can stop every thread for about a second per gigabyte of live objects.
 */
public enum CollectionEffort {
    /** Asks for nothing: the proof comes when the JVM collects by itself. Until then the module is unproven. */
    NONE,
    /**
     * Asks for what is cheap: a full collection while the old objects are few ({@value Collector#SMALL_MB} MB), beyond
     * that a concurrent one where the JVM has such a thing. That is G1, whose periodic collection is asked for by the
     * JVM's own management interface and begins within a second, ZGC, Shenandoah, and anything under
     * {@code -XX:+ExplicitGCInvokesConcurrent}. With G1 it takes about three collections, of a second each for two
     * gigabytes of live objects, and up to 256 MB of the free heap for that time. Serial and Parallel have none; they
     * stop the process, twice at most.
     */
    GENTLE,
    /**
     * Asks for full collections until the loader is gone or the time is up: the quickest proof and the longest pauses.
     */
    FULL
}
