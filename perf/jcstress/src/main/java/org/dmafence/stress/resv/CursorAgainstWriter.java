package org.dmafence.stress.resv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The fences are gone through without the lock while a thread with the lock changes them. */
public class CursorAgainstWriter {
    /** A fence is added behind another, and the adder drops its own reference: how often each is seen. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "The first always, the added one if it was in time.")
    @Outcome(expect = FORBIDDEN, desc = "I1, or the slots below the count: a fence was missed, or was freed.")
    @State
    public static class ActualAdd {
        private final DmaFence first = Buffers.fence(1);
        private final DmaFence added = Buffers.fence(2);
        private final ReservationObject object = Buffers.with(first);

        @Actor
        public void reader(II_Result r) {
            r.r2 = Buffers.timesSeen(object, added);
            r.r1 = Buffers.timesSeen(object, first);
        }

        @Actor
        public void writer() {
            object.mutex().lock();
            object.reserve(1);
            object.add(added, ResvUsage.WRITE);
            object.mutex().unlock();
            added.release();
        }
    }

    /** A fence takes the slot of another, which is freed by that: how often each is seen, in one go. */
    @JCStressTest
    @Outcome(
            id = {"1", "10"},
            expect = ACCEPTABLE,
            desc = "The old or the new one, referenced.")
    @Outcome(expect = FORBIDDEN, desc = "I2: none or both, or one that was freed.")
    @State
    public static class ActualReplace {
        private final DmaFence old = Buffers.fence(1);
        private final DmaFence next = Buffers.fence(2);
        private final ReservationObject object = Buffers.with(old);

        @Actor
        public void reader(I_Result r) {
            for (DmaFence fence : object.pollFences(ResvUsage.WRITE)) {
                r.r1 += fence.isFreed() ? 100 : fence == old ? 1 : 10;
                fence.release();
            }
        }

        @Actor
        public void writer() {
            object.mutex().lock();
            object.replace(1, next, ResvUsage.WRITE);
            object.mutex().unlock();
            next.release();
        }
    }

    /**
     * The list is replaced by a longer one, and what has signalled is freed by that: how often the other one is seen.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "Once, whichever list it was found in.")
    @Outcome(expect = FORBIDDEN, desc = "Missed, seen twice in one go, or freed.")
    @State
    public static class ActualReserve {
        private final FenceContext context = Buffers.timeline(1);
        private final DmaFence done = context.newFence(new Buffers.Ops(), 1);
        private final DmaFence stays = Buffers.fence(2);
        private final ReservationObject object = Buffers.with(done, stays);

        public ActualReserve() {
            context.signal(done);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = Buffers.timesSeen(object, stays);
        }

        @Actor
        public void writer() {
            object.mutex().lock();
            object.reserve(20);
            object.mutex().unlock();
        }
    }

    /** A list's slot and count, without the rest. */
    public static class Model {
        protected static final VarHandle SLOT;
        protected static final VarHandle COUNT;

        @Nullable Object slot;

        int count;

        /** 0 empty, 1 the entry, -1 a slot below the count without one. */
        protected final int read() {
            if ((int) COUNT.getAcquire(this) == 0) {
                return 0;
            }
            return SLOT.getAcquire(this) == null ? -1 : 1;
        }

        static {
            try {
                SLOT = MethodHandles.lookup().findVarHandle(Model.class, "slot", Object.class);
                COUNT = MethodHandles.lookup().findVarHandle(Model.class, "count", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** The slot before the count, as we do. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "Empty, or the entry.")
    @Outcome(id = "-1", expect = FORBIDDEN, desc = "A slot below the count is empty.")
    @State
    public static class SimpleSlotFirst extends Model {
        @Actor
        public void reader(I_Result r) {
            r.r1 = read();
        }

        @Actor
        public void writer() {
            SLOT.setRelease(this, "fence");
            COUNT.setRelease(this, 1);
        }
    }
}
