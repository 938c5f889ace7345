package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads that some agents share: one for each, up to a limit. One that hangs keeps its thread to itself: while
 * others wait and it gets no further, it does not count towards the limit. Any thread may use it.
 */
final class AgentThreads implements AutoCloseable {
    /** About how long an agent may make no progress before the others get a thread in its stead. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    /** How soon what failed for want of memory is made up for, at the latest. */
    private static final Duration MAKE_UP_EVERY = Duration.ofSeconds(1);

    private final HardwareClock clock;
    private final int limit;

    /** With gaps; looked through without need of memory. Replaced and changed under the lock. */
    private volatile AtomicReferenceArray<@Nullable Agent> agents = new AtomicReferenceArray<>(4);

    private int agentCount;
    private boolean closed;
    private final ThreadPoolExecutor pool;
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicLong numbers = new AtomicLong();
    private final Runnable look = this::look;

    /** From the first agent on. Needs no memory once it is there: so no want of that loses an agent. */
    private @Nullable Future<?> makingUp;

    /** Whether some agent could not be queued. */
    private volatile boolean stranded;

    /**
     * None yet; daemons, made as they are needed.
     *
     * @param name what their names begin with
     * @param limit how many there may be that do not hang
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
    }

    /** One more agent. */
    void add(Agent agent) {
        list(agent);
        resize(0);
    }

    private synchronized void list(Agent agent) {
        if (makingUp == null && !closed) {
            makingUp = clock.each(MAKE_UP_EVERY, this::makeUp);
        }
        AtomicReferenceArray<@Nullable Agent> all = agents;
        int free = indexOf(all, null);
        if (free < 0) {
            free = all.length();
            AtomicReferenceArray<@Nullable Agent> more = new AtomicReferenceArray<>(2 * free);
            for (int i = 0; i < free; i++) {
                more.set(i, all.get(i));
            }
            all = more;
        }
        all.set(free, agent);
        agents = all;
        agentCount++;
    }

    private static int indexOf(AtomicReferenceArray<@Nullable Agent> all, @Nullable Agent agent) {
        for (int i = 0; i < all.length(); i++) {
            if (all.get(i) == agent) {
                return i;
            }
        }
        return -1;
    }

    private synchronized boolean unlist(Agent agent) {
        int place = indexOf(agents, agent);
        if (place < 0) {
            return false;
        }
        agents.set(place, null);
        agentCount--;
        return true;
    }

    /** It needs no thread any more. */
    void remove(Agent agent) {
        if (unlist(agent)) {
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

    /** On the clock's thread, one look after the other. Must not throw, or there would be no more looks. */
    private void look() {
        try {
            lookOnce();
        } catch (Throwable e) {
            watching.set(false); // makeUp begins anew
            log(e);
        }
    }

    private void lookOnce() {
        int stuck = 0;
        AtomicReferenceArray<@Nullable Agent> all = agents;
        for (int i = 0; i < all.length(); i++) {
            Agent agent = all.get(i);
            if (agent != null && agent.isStuck()) {
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
            boolean done = false;
            try {
                AtomicReferenceArray<@Nullable Agent> all = agents;
                for (int i = 0; i < all.length(); i++) {
                    Agent agent = all.get(i);
                    if (agent != null && agent.stranded) {
                        agent.stranded = false;
                        execute(agent);
                    }
                }
                done = true;
            } finally {
                if (!done) {
                    stranded = true;
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
        int size = Math.max(1, Math.min(agentCount, limit + stuck));
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
        stopMakingUp();
        pool.shutdown();
    }

    private synchronized void stopMakingUp() {
        closed = true;
        if (makingUp != null) {
            makingUp.cancel(false);
        }
    }
}
