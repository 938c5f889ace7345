package org.dmafence.actors;

/** The one message for "look into your inbox"; always the same object. */
enum Doorbell implements SchedulerActor.Command, EngineActor.Command {
    RING
}
