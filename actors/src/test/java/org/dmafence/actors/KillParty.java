package org.dmafence.actors;

/** Who dies. */
enum KillParty {
    /** The entity is killed or finished. */
    ENTITY,
    /** The client is killed: it drops its handles, and its entity dies with it. */
    CLIENT,
    /** The scheduler's actor fails. */
    SCHEDULER,
    /** The engine's actor fails. */
    ENGINE,
    /** The driver's actor fails, or the driver is unloaded by force. */
    DRIVER,
    /** The root of the subsystem fails. */
    GUARDIAN,
    /** The actor system terminates. */
    SYSTEM;

    /** Whether the scheduler is gone as well. */
    boolean takesTheSchedulerAlong() {
        return this != ENTITY && this != CLIENT;
    }
}
