package org.dmafence.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.Settings;
import org.dmafence.fence.FenceRuntime;
import org.slf4j.LoggerFactory;

/** The actor system of a command, and the fence subsystem in it. */
final class SubsystemHost implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(10);

    private final ActorSystem<Void> system;
    private final FenceSubsystem subsystem;
    private volatile boolean closing;

    private SubsystemHost(ActorSystem<Void> system, FenceSubsystem subsystem) {
        this.system = system;
        this.subsystem = subsystem;
    }

    /**
     * Starts both; {@code application.conf} keeps Akka quiet, and out of the way of Ctrl-C and of errors.
     *
     * @throws BadInputException if the configuration, which users may add to, has a mistake
     */
    static SubsystemHost start(FenceRuntime runtime) throws BadInputException {
        String file = System.getProperty("config.file");
        SettingsFile.check(file == null ? null : Path.of(file));
        Config config = checked(ConfigFactory::load);
        Settings settings = checked(() -> Settings.create(config));
        ActorSystem<Void> system = checked(() -> ActorSystem.create(Behaviors.empty(), "dmafence", config));
        SubsystemHost host = new SubsystemHost(system, FenceSubsystem.create(system, runtime, settings));
        CompletionStage<Void> unused = system.getWhenTerminated().thenAccept(done -> host.onTermination());
        return host;
    }

    /**
     * What is made of a configuration.
     *
     * @throws BadInputException if the configuration does not allow it
     */
    static <T> T checked(Supplier<T> made) throws BadInputException {
        try {
            return made.get();
        } catch (ConfigException | IllegalArgumentException e) {
            throw new BadInputException("a setting can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * Akka gives up when one of its own threads has no memory. What is computed then is of no use, and nobody can be
     * asked.
     */
    private void onTermination() {
        if (!closing) {
            System.err.println("dmafence: internal error: the actors ended before their time, out of memory as a rule;"
                    + " give the program more, as in DMAFENCE_JAVA_OPTS=-Xmx4g");
            Runtime.getRuntime().halt(Failures.INTERNAL);
        }
    }

    FenceSubsystem subsystem() {
        return subsystem;
    }

    @Override
    public void close() {
        closing = true;
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
