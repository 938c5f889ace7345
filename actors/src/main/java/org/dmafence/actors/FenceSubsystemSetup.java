package org.dmafence.actors;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.ExtensionSetup;
import java.util.function.Function;

/** Replaces what {@link FenceSubsystem#get} answers in an actor system, such as one with a runtime of its own. */
public final class FenceSubsystemSetup extends ExtensionSetup<FenceSubsystem> {
    /** @param create makes the subsystem, when it is asked for first */
    public FenceSubsystemSetup(Function<ActorSystem<?>, FenceSubsystem> create) {
        super(FenceSubsystem.Id.getInstance(), create);
    }
}
