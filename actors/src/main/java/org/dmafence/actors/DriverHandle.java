package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleState;
import org.dmafence.module.UnloadCertificate;
import org.jspecify.annotations.Nullable;

/** A loaded driver. The handle does not keep it loaded. Any thread may use it. */
public final class DriverHandle {
    private final LoadedModule module;
    private final ActorRef<DriverActor.Command> actor;
    private final List<SchedulerHandle> schedulers;
    private final CompletionStage<UnloadCertificate> ended;

    DriverHandle(
            LoadedModule module,
            ActorRef<DriverActor.Command> actor,
            List<SchedulerHandle> schedulers,
            CompletionStage<UnloadCertificate> ended) {
        this.schedulers = schedulers;
        this.module = module;
        this.actor = actor;
        this.ended = ended;
    }

    /** The driver's name, version and licence. */
    public DriverInfo info() {
        return module.info();
    }

    /** The ops tables that it issues fences with. */
    public List<IssuerTable> issuers() {
        return module.issuers();
    }

    /** The schedulers that are open on its rings now, the oldest first. */
    public List<SchedulerHandle> schedulers() {
        return List.copyOf(schedulers);
    }

    /** The certificate of its unloading, {@code null} until it was unloaded. */
    public @Nullable UnloadCertificate certificate() {
        UnloadCertificate certificate = module.certificate();
        return certificate == null ? null : withJobs(certificate);
    }

    /** What the module says of itself, with the jobs, which it does not know of; as soon as they have ended. */
    UnloadCertificate withJobs(UnloadCertificate certificate) {
        CompletableFuture<UnloadCertificate> end = ended.toCompletableFuture();
        UnloadCertificate first = end.isCompletedExceptionally() ? null : end.getNow(null);
        return first == null || first.jobs() == null ? certificate : certificate.withJobs(first.jobs());
    }

    /** How far the driver has come on its way from loaded to collected. */
    public ModuleState state() {
        return module.state();
    }

    /**
     * The module, for calls that the actors have no part in. Unload it by {@link FenceSubsystem#unload}, or its jobs
     * are cut off.
     */
    public LoadedModule module() {
        return module;
    }

    /** Completes when the driver was unloaded, by a client or because its actor stopped. */
    CompletionStage<UnloadCertificate> ended() {
        return ended;
    }

    IllegalStateException gone() {
        return new IllegalStateException(module + " was unloaded; load it again");
    }

    ActorRef<DriverActor.Command> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return module.toString();
    }
}
