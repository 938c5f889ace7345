package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.junit.jupiter.api.Test;

final class DriverSetupTest extends SubsystemTest {
    @Test
    void shouldUnloadADriverThatNoActorCouldBeMadeFor() throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            LoadedModule module = modules.insmod(ScriptedJar.path(), ScriptedJar.DRIVER);
            CompletableFuture<UnloadCertificate> ended = new CompletableFuture<>();

            ActorRef<DriverActor.Command> unused = system().systemActorOf(
                            DriverActor.create(
                                    subsystem.host(),
                                    module,
                                    () -> {
                                        throw new OutOfMemoryError("not really");
                                    },
                                    new CopyOnWriteArrayList<>(),
                                    ended),
                            "driver-without-memory",
                            Props.empty());

            UnloadCertificate certificate = get(ended);
            assertThat(certificate.refused()).isFalse();
            assertThat(module.state().isClosed()).isTrue();
        }
    }
}
