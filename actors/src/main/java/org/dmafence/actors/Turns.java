package org.dmafence.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.Turn;

/**
 * Tells lockdep that each message of an actor is a turn of its own: that it ends holding nothing, and that it is the actor, not the
 * dispatcher's thread, that has acquired what it signals fences after. There while lockdep is on, and otherwise not.
 */
final class Turns<T> extends BehaviorInterceptor<T, T> {
    private Turns(Class<T> messages) {
        super(messages);
    }

    /** The behaviour itself, or one that tells lockdep. */
    static <T> Behavior<T> of(Class<T> messages, Behavior<T> behavior) {
        return Lockdep.ON ? Behaviors.intercept(() -> new Turns<>(messages), behavior) : behavior;
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        Turn turn = begin(context, message);
        try {
            return target.apply(context, message);
        } finally {
            turn.close();
        }
    }

    @Override
    public Behavior<T> aroundSignal(TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
        Turn turn = begin(context, signal);
        try {
            return target.apply(context, signal);
        } finally {
            turn.close();
        }
    }

    private static Turn begin(TypedActorContext<?> context, Object message) {
        return Turn.begin("actor " + context.asJava().getSelf().path().toStringWithoutAddress() + ", handling "
                + message.getClass().getSimpleName());
    }
}
