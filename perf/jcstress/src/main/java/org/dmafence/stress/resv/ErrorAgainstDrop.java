package org.dmafence.stress.resv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Somebody asks for errors while the fence that has one leaves the list: 1 it is found. */
public class ErrorAgainstDrop {
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "In the list, or behind it.")
    @Outcome(expect = FORBIDDEN, desc = "I3: the error was in neither place.")
    @State
    public static class Actual {
        private final FenceContext context = Buffers.timeline(1);
        private final DmaFence failed = context.newFence(new Buffers.Ops(), 1);
        private final DmaFence next = Buffers.fence(2);
        private final ReservationObject object = Buffers.with(failed);

        public Actual() {
            context.signal(failed, FenceError.EIO);
        }

        @Actor
        public void asker(I_Result r) {
            r.r1 = FenceError.EIO.equals(object.pollError(ResvUsage.WRITE)) ? 1 : 0;
        }

        @Actor
        public void writer() {
            object.mutex().lock();
            object.reserve(1);
            object.add(next, ResvUsage.WRITE);
            object.mutex().unlock();
        }
    }

    /** A place in the list and the place behind it, without the rest. */
    public static class Model {
        protected static final VarHandle LISTED;
        protected static final VarHandle KEPT;

        @Nullable Object listed = "error";

        @Nullable Object kept;

        /** The list first, then what is behind it. */
        protected final boolean find() {
            return LISTED.getAcquire(this) != null || KEPT.getAcquire(this) != null;
        }

        static {
            try {
                LISTED = MethodHandles.lookup().findVarHandle(Model.class, "listed", Object.class);
                KEPT = MethodHandles.lookup().findVarHandle(Model.class, "kept", Object.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** Noted before it leaves, as we do. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "In one of the places.")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "I3: in neither.")
    @State
    public static class SimpleNotedFirst extends Model {
        @Actor
        public void asker(I_Result r) {
            r.r1 = find() ? 1 : 0;
        }

        @Actor
        public void writer() {
            KEPT.setRelease(this, "error");
            LISTED.setRelease(this, null);
        }
    }
}
