/** Drivers, schedulers and engines as Akka Typed actors. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Akka has no descriptors
module org.dmafence.actors {
    requires transitive org.dmafence.core;
    requires transitive akka.actor.typed;
    requires transitive akka.actor;
    requires transitive typesafe.config;
    requires scala.library;
    requires org.agrona.core;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports org.dmafence.actors;
}
