package org.dmafence.actors;

import akka.actor.Kill;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;

/** Murder. */
final class Actors {
    private Actors() {}

    /** Has an actor fail, as if by a bug of its own. */
    static void kill(ActorSystem<?> system, String path) {
        Adapter.toClassic(system).actorSelection(path).tell(Kill.getInstance(), akka.actor.ActorRef.noSender());
    }
}
