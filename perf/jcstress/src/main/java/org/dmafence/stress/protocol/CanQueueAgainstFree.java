package org.dmafence.stress.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.stress.protocol.ProtocolSections.Memory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Whether there is room for a queue's first job is asked while the job is taken and freed: {@code can-queue-vs-free}.
 * The class has no such race: a scheduler's queues belong to one thread.
 */
public abstract class CanQueueAgainstFree extends Race {
    private final Memory job = new Memory();
    private @Nullable Memory head = job;
    private int locked;

    @Override
    public final int left() {
        return canQueue();
    }

    /** Looks at the job under the queue's lock. */
    protected int canQueue() {
        lock();
        Memory first = head;
        int answer = first == null ? KEPT : first.touch();
        unlock();
        return answer;
    }

    @Override
    public final int right() {
        lock();
        head = null;
        unlock();
        job.free();
        return KEPT;
    }

    /** The first job, for who does not hold the lock. */
    protected final @Nullable Memory peek() {
        lock();
        Memory first = head;
        unlock();
        return first;
    }

    private void lock() {
        while (!LOCKED.compareAndSet(this, 0, 1)) {
            Thread.onSpinWait();
        }
    }

    private void unlock() {
        LOCKED.setRelease(this, 0); // pairs with lock
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends CanQueueAgainstFree {
        @Actor
        public void scheduler(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void owner(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(CanQueueAgainstFree.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
