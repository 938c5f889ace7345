package org.dmafence.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.fence.FenceRuntime;
import org.slf4j.LoggerFactory;

/** The actor system of a command, and the fence subsystem in it. */
final class SubsystemHost implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(10);

    private final ActorSystem<Void> system;
    private final FenceSubsystem subsystem;

    private SubsystemHost(ActorSystem<Void> system, FenceSubsystem subsystem) {
        this.system = system;
        this.subsystem = subsystem;
    }

    /** Starts both; {@code application.conf} keeps Akka quiet and out of the way of Ctrl-C. */
    static SubsystemHost start(FenceRuntime runtime) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "dmafence", ConfigFactory.load());
        return new SubsystemHost(system, FenceSubsystem.create(system, runtime));
    }

    FenceSubsystem subsystem() {
        return subsystem;
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LoggerFactory.getLogger("cli").warn("the actors did not stop in time: {}", e.toString());
        }
    }
}
