package org.dmafence.actors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.dmafence.rcu.RcuThread;

/**
 * The threads that some agents share: one for each, up to a limit. One that hangs keeps its thread to itself: while others wait
 * and it gets no further, it does not count towards the limit. Any thread may use it.
 */
final class AgentThreads implements AutoCloseable {
    /** How long an agent may go without getting on, about, before the others get a thread in its stead. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    /** How soon what failed for want of memory is made up for, at the latest. */
    private static final Duration MAKE_UP_EVERY = Duration.ofSeconds(1);

    private final HardwareClock clock;
    private final int limit;
    private final List<Agent> agents = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor pool;
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicLong numbers = new AtomicLong();
    private final Runnable look = this::look;

    /** Needs no memory once it is there: so no want of that loses an agent. */
    private final Future<?> makingUp;

    /** Whether some agent could not be queued. */
    private volatile boolean stranded;

    /**
     * None yet; daemons, made as they are needed.
     *
     * @param name what their names begin with
     * @param limit how many there may be of those that get on
     */
    AgentThreads(String name, HardwareClock clock, int limit) {
        this(name, clock, limit, (threadName, task) -> RcuThread.detached(task, threadName));
    }

    /** The same with threads that somebody else makes: daemons that inherit nothing. */
    AgentThreads(String name, HardwareClock clock, int limit, BiFunction<String, Runnable, Thread> maker) {
        this.clock = clock;
        this.limit = limit;
        pool = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                task -> maker.apply(name + "-" + numbers.incrementAndGet(), task),
                // Closed: what an agent still has to do, it does.
                (task, closed) -> maker.apply(name + "-late", task).start());
        makingUp = clock.each(MAKE_UP_EVERY, this::makeUp);
    }

    /** One more agent. */
    void add(Agent agent) {
        agents.add(agent);
        resize(0);
    }

    /** It needs no thread any more. */
    void remove(Agent agent) {
        if (agents.remove(agent)) {
            resize(0);
        }
    }

    /** Has an agent take a turn. */
    void execute(Agent agent) {
        try {
            pool.execute(agent);
        } catch (Throwable e) { // no thread to be had just now, or no memory
            if (!pool.getQueue().contains(agent)) { // otherwise only a thread is missing; a look makes up for it
                agent.stranded = true; // before the flag that has somebody look for it; pairs with queueStranded
                stranded = true;
            }
            log(e);
        }
        if (isWaitedFor() && watching.compareAndSet(false, true)) {
            watch();
        }
    }

    private boolean isWaitedFor() {
        return stranded || !pool.getQueue().isEmpty();
    }

    private void watch() {
        try {
            Future<?> unused = clock.after(LOOK_EVERY, look);
        } catch (Throwable e) {
            watching.set(false); // makeUp begins anew
            log(e);
        }
    }

    /** On the clock's thread, as is {@link #look}. */
    private void makeUp() {
        if (isWaitedFor() && watching.compareAndSet(false, true)) {
            look();
        }
    }

    /** On the clock's thread, one look after the other. */
    private void look() {
        int stuck = 0;
        for (Agent agent : agents) {
            if (agent.isStuck()) {
                stuck++;
            }
        }
        resize(stuck);
        queueStranded();
        startMissing();
        if (!isWaitedFor()) {
            watching.set(false); // before the queue is looked at again; pairs with execute
            if (!isWaitedFor() || !watching.compareAndSet(false, true)) {
                return;
            }
        }
        watch();
    }

    private void queueStranded() {
        if (stranded) {
            stranded = false; // before the agents are looked at; pairs with execute
            for (Agent agent : agents) {
                if (agent.stranded) {
                    agent.stranded = false;
                    execute(agent);
                }
            }
        }
    }

    /** A thread that could not be made when it was needed. */
    private void startMissing() {
        if (!pool.getQueue().isEmpty()) {
            try {
                boolean unused = pool.prestartCoreThread();
            } catch (Throwable e) { // the next look tries again
                log(e);
            }
        }
    }

    private static void log(Throwable e) {
        try {
            System.getLogger("org.dmafence.actors")
                    .log(System.Logger.Level.WARNING, "no thread could be made for an agent, which waits", e);
        } catch (Throwable worse) {
            // No memory for that either, and the agent matters more.
        }
    }

    private void resize(int stuck) {
        try {
            setSize(stuck);
        } catch (Throwable e) { // the size is set, but a thread is missing; a look makes up for it
            log(e);
        }
    }

    private synchronized void setSize(int stuck) {
        int size = Math.max(1, Math.min(agents.size(), limit + stuck));
        int before = pool.getCorePoolSize();
        if (size > before) {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size); // starts threads, if there is work for them
        } else if (size < before) {
            pool.setCorePoolSize(size);
            pool.setMaximumPoolSize(size); // a thread too many ends with its turn
        }
    }

    /** Its threads end when they have done what there is to do. */
    @Override
    public void close() {
        makingUp.cancel(false);
        pool.shutdown();
    }
}
