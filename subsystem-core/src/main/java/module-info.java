import org.dmafence.driver.DriverProvider;

/**
 * The subsystem, without Akka.
 *
 * <p>A driver's jar is no part of the module graph: it is loaded into a class loader of its own, as an unnamed module,
 * which reads whatever is exported here.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Agrona and JNA have no descriptors
module org.dmafence.core {
    // Agrona's buffers use sun.misc.Unsafe, and an automatic module can't say so itself.
    requires jdk.unsupported;
    requires transitive org.agrona.core;

    // The proof of an unload asks the collector. Where the JDK has a flight recorder, java.management also brings it
    // in.
    requires java.management;
    requires jdk.management;

    // Does without: nothing is recorded, and a grace period costs its readers a fence.
    requires static jdk.jfr;
    requires static com.sun.jna;
    requires static transitive org.jspecify;

    exports org.dmafence.driver;
    exports org.dmafence.fence;
    exports org.dmafence.fence.container;
    exports org.dmafence.foreign;
    exports org.dmafence.lockdep;
    exports org.dmafence.module;
    exports org.dmafence.rcu;
    exports org.dmafence.resv;
    exports org.dmafence.sched;
    exports org.dmafence.sync;
    exports org.dmafence.trace;

    uses DriverProvider;
}
