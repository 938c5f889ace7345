package org.dmafence.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.Turn;

/**
 * What goes round each message of an actor.
 *
 * <p>It is a turn of its own to lockdep, while that is on: it ends holding nothing, and it is the actor, not the
 * dispatcher's thread, that has acquired what it signals fences after.
 *
 * <p>An error of the virtual machine, a want of memory as a rule, is a failure of this actor and of nobody else: it
 * stops, and its fences end. Left to Akka it would end the host's whole process, or its actor system
 * ({@code akka.jvm-exit-on-fatal-error}).
 */
final class Turns<T> extends BehaviorInterceptor<T, T> {
    /** An error of the virtual machine in a turn, as text. */
    static final class FailedTurnException extends RuntimeException {
        /** For when there is no memory to say more. */
        @SuppressWarnings("StaticAssignmentOfThrowable") // made before it is needed, and without a trace
        private static final FailedTurnException BARE =
                new FailedTurnException("an actor's turn failed: out of memory");

        private FailedTurnException(String message) {
            super(message, null, false, false); // no trace, which takes memory and keeps classes
        }

        private static FailedTurnException of(Error error, TypedActorContext<?> context) {
            try {
                return new FailedTurnException("a turn of " + name(context) + " failed: " + error);
            } catch (Throwable e) {
                return BARE;
            }
        }
    }

    private Turns(Class<T> messages) {
        super(messages);
    }

    /** The behaviour in turns. */
    static <T> Behavior<T> of(Class<T> messages, Behavior<T> behavior) {
        return Behaviors.intercept(() -> new Turns<>(messages), behavior);
    }

    @Override
    public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
        try {
            return target.start(context);
        } catch (VirtualMachineError | LinkageError e) {
            throw FailedTurnException.of(e, context);
        }
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        try {
            Turn turn = begin(context, message);
            try {
                return target.apply(context, message);
            } finally {
                turn.close();
            }
        } catch (VirtualMachineError | LinkageError e) {
            throw FailedTurnException.of(e, context);
        }
    }

    @Override
    public Behavior<T> aroundSignal(TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
        try {
            Turn turn = begin(context, signal);
            try {
                return target.apply(context, signal);
            } finally {
                turn.close();
            }
        } catch (VirtualMachineError | LinkageError e) {
            throw FailedTurnException.of(e, context);
        }
    }

    private static Turn begin(TypedActorContext<?> context, Object message) {
        return Turn.begin(
                Lockdep.ON
                        ? "actor " + name(context) + ", handling "
                                + message.getClass().getSimpleName()
                        : "");
    }

    private static String name(TypedActorContext<?> context) {
        return context.asJava().getSelf().path().toStringWithoutAddress();
    }
}
