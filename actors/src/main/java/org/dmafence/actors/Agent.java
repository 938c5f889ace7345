package org.dmafence.actors;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.lockdep.Turn;
import org.jspecify.annotations.Nullable;

/**
 * What calls somebody else's code in an actor's stead: works off an inbox in turns, on whichever of
 * {@link AgentThreads} is free, one turn at a time. An actor supervises it, gives it orders and hears of its end, but
 * never waits for it: a driver that hangs holds up its agent and no actor.
 *
 * <p>Any thread may {@link #ring} and {@link #order}. Everything else is the turns'.
 */
abstract class Agent implements Runnable {
    /*
     * Overview.
     *
     * I1  An agent is queued or running, once, while `wanted` is not 0: whoever makes it 1 queues it, and a turn that
     *     finds it raised meanwhile queues it anew. So turns follow one another, and what one wrote plainly the next one sees.
     * I2  A doorbell is answered by a batch, once the agent is willing. There is at most one unanswered, by the inbox'
     *     state; it is noted before `wanted` is raised, and taken back before the batch looks at the inbox.
     *
     *   field         written by          read by      mode
     *   wanted        anybody, the turn   the same     atomic add
     *   rung          doorbell, turn      the turn     volatile
     *   lastOrder     the supervisor      the turn     volatile
     *   turns         the turn            the threads  release, volatile; odd within a turn
     *   seen, others  one at a time                    plain
     */
    private final AgentThreads threads;
    private final String name;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile boolean rung;
    private volatile @Nullable Runnable lastOrder;
    private final AtomicLong turns = new AtomicLong();
    private boolean unanswered;
    private boolean over;

    /** Of its {@link AgentThreads}: there was no memory to queue it, though it wants a turn. */
    volatile boolean stranded;

    /** Of its {@link AgentThreads}: how far it had come at the last look. */
    long seen;

    /** @param name for reports */
    Agent(AgentThreads threads, String name) {
        this.threads = threads;
        this.name = name;
    }

    /** Begins; before anybody rings. */
    final void start(Runnable onEnd) {
        threads.add(this);
        CompletionStage<Void> unused = ended.thenRun(onEnd);
    }

    /** The inbox' doorbell. */
    final void ring() {
        rung = true;
        wake();
    }

    /** Has something done between two batches; never, if the agent has ended. */
    final void order(Runnable order) {
        orders.add(order);
        wake();
    }

    /**
     * As {@link #order}, of something that was made before: whoever supervises it has stopped, and there may be no
     * memory. It is carried out even if the agent has ended, in each turn from then on, and does nothing if there is
     * nothing left to do.
     */
    final void orderLast(Runnable order) {
        lastOrder = order;
        wake();
    }

    private void wake() {
        if (wanted.getAndIncrement() == 0) {
            threads.execute(this);
        }
    }

    /** Completes when it works no more, on its thread. */
    final CompletionStage<Boolean> ended() {
        return ended;
    }

    @Override
    public final void run() {
        int answered = wanted.get();
        turns.lazySet(turns.get() + 1);
        try {
            turnOfItsOwn();
        } finally {
            turns.lazySet(turns.get() + 1);
            if (wanted.addAndGet(-answered) != 0) {
                threads.execute(this);
            }
        }
    }

    private void turnOfItsOwn() {
        Turn lockdep = Turn.begin(name);
        try {
            turn();
        } catch (Throwable e) {
            fail(e);
        } finally {
            lockdep.close();
        }
    }

    /** What was appended before an order comes first, up to a batch; the order may make the agent willing. */
    private void turn() {
        answer();
        for (Runnable next = orders.poll(); next != null && !over; next = orders.poll()) {
            next.run();
        }
        Runnable last = lastOrder;
        if (last != null) { // even if it is over: it may have failed to end what it should have
            last.run();
        }
        answer();
    }

    private void answer() {
        if (rung) {
            rung = false;
            unanswered = true;
        }
        if (unanswered && !over && isWilling()) {
            unanswered = false;
            batch();
        }
    }

    private void fail(Throwable e) {
        try {
            onFailure(e);
        } catch (Throwable worse) {
            log(worse);
        } finally {
            end();
        }
    }

    private void log(Throwable worse) {
        try {
            System.getLogger("org.dmafence.actors").log(System.Logger.Level.ERROR, name + " failed to end", worse);
        } catch (Throwable e) {
            // No memory for that either; its supervisor will have it try again.
        }
    }

    /** It has done its work; called by a subclass when nobody is left waiting. */
    final void end() {
        over = true;
        try {
            threads.remove(this);
        } finally {
            ended.complete(true);
        }
    }

    final boolean isOver() {
        return over;
    }

    /** Whether it is in a turn, and has got no further in it than at some look before. Any thread; for one looker. */
    final boolean isStuck() {
        long before = seen;
        long now = turns.get();
        seen = now + progress();
        return (now & 1) != 0 && before == seen;
    }

    /** A number that grows while a turn makes progress. Any thread. */
    long progress() {
        return 0;
    }

    /** Whether it would answer a doorbell now; when that changes, by an order, the doorbell is answered then. */
    boolean isWilling() {
        return true;
    }

    /** Answers a doorbell: drains a batch from the inbox and settles it. */
    abstract void batch();

    /** A turn threw: ends everything, with an error. */
    abstract void onFailure(Throwable e);

    @Override
    public String toString() {
        return name;
    }
}
