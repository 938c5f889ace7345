package org.dmafence.actors;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.TimeUnit;

/** A host that asks for the subsystem in a process whose properties are wrong, and goes on without it. */
final class HostWithABadProperty {
    private HostWithABadProperty() {}

    public static void main(String[] args) throws Exception {
        ActorSystem<Void> guardian = ActorSystem.create(FenceSubsystem.behavior(), "guardian");
        guardian.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        ActorSystem<Void> host = ActorSystem.create(Behaviors.empty(), "host");
        try {
            FenceSubsystem.get(host);
        } catch (IllegalArgumentException e) {
            System.out.println("refused: " + e.getMessage());
        }
        host.terminate();
        host.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        System.out.println("went on");
    }
}
