package org.dmafence.actors.inbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.dmafence.sched.ForeignFailure;

/**
 * A bounded queue into an agent, with a doorbell: producers append, and only one that finds the agent idle asks for a
 * turn. The agent drains up to {@value #BATCH} items per turn.
 *
 * <p>Any thread may {@link #offer}, {@link #ring} and {@link #poke}; lock-free. The agent's thread
 * alone calls {@link #drain} and {@link #settle}. Not promised: fairness among producers.
 */
public final class Inbox<E> {
    /*
     * Overview.
     *
     *   state    IDLE -> RUNG    a producer that found it idle, or the agent looking again; the CAS winner asks for the turn
     *            RUNG -> IDLE    the agent, after a batch that emptied the queue
     *            any  -> CLOSED  the agent's end
     *
     * G1  An item whose offer returned is drained after some message, or handed to the rest consumer of close. The
     *     producer claims a slot by a CAS of the queue's tail, then fills it and reads `state`; the agent stores IDLE, or
     *     CLOSED, then reads the tail. All four are volatile, so one of them sees the other; that the slot was filled is
     *     not ordered before the read, and need not be.
     * G2  So a null from the queue is not "empty": the slot may be claimed and not filled, by a producer that will not
     *     ring. The queue is empty when nothing is claimed: an agent that finds a claim takes another turn, one that
     *     closes waits for the few instructions until it is filled.
     * G3  While the state is RUNG, and before an offer that found it IDLE returns, quiescence counts the inbox as busy;
     *     it does so until what the last batch caused has been appended and rung for. Whatever is still in the queue of an inbox that is not
     *     RUNG was appended by somebody who has yet to ring. A thread that empties a closed inbox is counted meanwhile.
     *
     *   field      written by           read by            mode
     *   state      see above            producers, agent   CAS, volatile
     *   processed  the agent            the agent          plain
     *   poked      anybody, the agent   the agent          volatile
     *   doorbells  the agent            statistics         opaque
     *   drained    the agent            the agent          plain
     *   drainers   who drains a closed  the same           atomic add
     */
    /** How many items the agent takes before it lets others run on its thread. */
    public static final int BATCH = 512;

    /** How often to look whether a claimed slot was filled. */
    private static final long CLAIM_NS = 10_000;

    private static final int IDLE = 0;
    private static final int RUNG = 1;
    private static final int CLOSED = 2;

    private final ManyToOneConcurrentArrayQueue<E> queue;
    private Runnable doorbell = () -> {
        throw new IllegalStateException("an inbox was used before its agent was made");
    };
    private final Consumer<? super E> rest;
    private final Quiescence quiescence;
    private int state;
    private boolean poked;
    private long processed;
    private long doorbells;
    private int drained;
    private final AtomicInteger drainers = new AtomicInteger();

    /**
     * An open inbox.
     *
     * @param capacity how many items it must be able to hold
     * @param rest gets what is in the queue when the agent has ended, and whatever is offered later
     */
    public Inbox(int capacity, Consumer<? super E> rest, Quiescence quiescence) {
        queue = new ManyToOneConcurrentArrayQueue<>(capacity);
        this.rest = rest;
        this.quiescence = quiescence;
    }

    /** Says how the agent is asked for a turn; before anybody else knows the inbox. */
    public void connect(Runnable bell) {
        doorbell = bell;
    }

    /** Appends without ringing; false if the queue is full. */
    public boolean append(E item) {
        return queue.offer(item);
    }

    /** Appends and rings; false if the queue is full. */
    public boolean offer(E item) {
        if (!queue.offer(item)) {
            return false;
        }
        ring();
        return true;
    }

    /** Makes sure that what this thread appended will be looked at. */
    public void ring() {
        int s = (int) STATE.getVolatile(this); // after the claim of the slot; pairs with the CAS in settle (G1)
        if (s == IDLE) {
            quiescence.onBusy(); // before the state (G3)
            if (STATE.compareAndSet(this, IDLE, RUNG)) {
                doorbell.run();
                return;
            }
            quiescence.onIdle();
            s = (int) STATE.getVolatile(this);
        }
        if (s == CLOSED) {
            drainRest();
        }
    }

    /** Makes the agent run once more, with or without an item: its clock has moved. */
    public void poke() {
        POKED.setVolatile(this, true); // before the state is read; pairs with settle
        ring();
    }

    /** On a doorbell: takes up to a batch. Whatever it leads to is done before {@link #settle}. */
    public void drain(Consumer<? super E> consumer) {
        DOORBELLS.setOpaque(this, doorbells + 1);
        if (poked) {
            POKED.setVolatile(this, false);
        }
        drained = drain(queue, consumer);
    }

    private static <T> int drain(ManyToOneConcurrentArrayQueue<T> queue, Consumer<? super T> consumer) {
        return queue.drain(consumer::accept, BATCH);
    }

    /** The batch is worked off: goes idle, or has the next batch come. */
    public void settle() {
        processed += drained;
        boolean full = drained == BATCH;
        drained = 0;
        if (full) {
            doorbell.run();
            return;
        }
        if (!STATE.compareAndSet(this, RUNG, IDLE)) {
            return; // closed meanwhile
        }
        boolean more = isClaimed() || (boolean) POKED.getVolatile(this);
        if (more && STATE.compareAndSet(this, IDLE, RUNG)) {
            doorbell.run();
            return;
        }
        quiescence.onIdle(); // behind all that the batch caused (G3)
    }

    /** Whether a slot is claimed that was not drained: by an item, or by one that is about to be there (G2). */
    private boolean isClaimed() {
        return queue.addedCount() != queue.removedCount();
    }

    /** The agent has ended: hands over what is left, and what is appended from now on. */
    public void close() {
        // Before the tail is read; pairs with the claim in append (G1).
        boolean wasBusy = (int) STATE.getAndSet(this, CLOSED) == RUNG;
        try {
            drainRest();
        } finally {
            if (wasBusy) {
                quiescence.onIdle();
            }
        }
    }

    /**
     * Without a lock, because fences signal in here and their callbacks may ring other closed inboxes: a thread that
     * comes while another is at it only has that one look again.
     */
    private void drainRest() {
        quiescence.onBusy(); // before anybody relies on this thread (G3)
        try {
            if (drainers.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                drainClaimed();
                seen = drainers.addAndGet(-seen);
            } while (seen != 0);
        } finally {
            quiescence.onIdle();
        }
    }

    private void drainClaimed() {
        while (isClaimed()) {
            if (queue.drain(this::end) == 0) {
                LockSupport.parkNanos(this, CLAIM_NS); // G2
            }
        }
    }

    /** One item that can't be ended must not keep the others, and those to come, from it. */
    private void end(E item) {
        try {
            rest.accept(item);
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void log(Throwable thrown) {
        try {
            System.getLogger("org.dmafence.actors")
                    .log(
                            System.Logger.Level.ERROR,
                            "an item of a closed inbox could not be ended: " + ForeignFailure.text(thrown));
        } catch (Throwable e) {
            // No memory to say it, and the other items matter more.
        }
    }

    public boolean isClosed() {
        return (int) STATE.getOpaque(this) == CLOSED;
    }

    /** On the agent: how many items it has taken, those of the batch that is not settled included. */
    public long taken() {
        return processed + drained;
    }

    /** How many items were ever appended, those being appended included. */
    public long added() {
        return queue.addedCount();
    }

    /** Whether this one agent has nothing to do but what is in the queue; {@link Quiescence} tells it of all. */
    public boolean isIdle() {
        // In this order: a poke is taken back only while the state is RUNG.
        return !(boolean) POKED.getVolatile(this) && (int) STATE.getVolatile(this) != RUNG;
    }

    /** How many turns it took. */
    public long doorbells() {
        return (long) DOORBELLS.getOpaque(this);
    }

    private static final VarHandle STATE;
    private static final VarHandle POKED;
    private static final VarHandle DOORBELLS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Inbox.class, "state", int.class);
            POKED = lookup.findVarHandle(Inbox.class, "poked", boolean.class);
            DOORBELLS = lookup.findVarHandle(Inbox.class, "doorbells", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
