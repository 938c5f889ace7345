package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleState;

/** A loaded driver; does not keep it loaded. Any thread may use it. */
public final class DriverHandle {
    private final LoadedModule module;
    private final ActorRef<DriverActor.Command> actor;

    DriverHandle(LoadedModule module, ActorRef<DriverActor.Command> actor) {
        this.module = module;
        this.actor = actor;
    }

    /** Who the driver is. */
    public DriverInfo info() {
        return module.info();
    }

    /** The ops tables that it issues fences with. */
    public List<IssuerTable> issuers() {
        return module.issuers();
    }

    /** How far it has come. */
    public ModuleState state() {
        return module.state();
    }

    /** The module, for what actors have no part in. Unload it by {@link FenceSubsystem#unload}, or its jobs are cut off. */
    public LoadedModule module() {
        return module;
    }

    boolean isGone() {
        return module.certificate() != null;
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
