package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjEvent;
import org.dmafence.sync.SyncObjPoint;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A registration is cancelled while what it waits for happens: r1 whether it was cancelled in time, r2 how often the
 * listener was told, r3 the references of the fence in the end: ours, and the object's.
 */
@Outcome(id = "1, 0, 2", expect = ACCEPTABLE, desc = "Cancelled in time, and never told.")
@Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "Told once, and too late to cancel.")
@Outcome(expect = FORBIDDEN, desc = "Told although cancelled, not told, told twice, or a reference lost or left.")
public class CancelAgainstEvent {
    static class Shape {
        final DmaFence fence = Submitter.fence();
        final SyncObj object = SyncObj.create(Submitter.RUNTIME);
        final SyncObjPoint at = new SyncObjPoint(object, 0);
        int told;

        void end(III_Result r) {
            Submitter.CONTEXT.signal(fence); // ends a callback that was added after the cancelling looked for it
            r.r2 = told;
            r.r3 = fence.references();
        }
    }

    /** The point is submitted. */
    @JCStressTest
    @JCStressMeta(CancelAgainstEvent.class)
    @State
    public static class WhileSubmitted extends Shape {
        private final SyncObjEvent event = SyncObjEvent.whenAvailable(at, status -> told++);

        @Actor
        public void canceller(III_Result r) {
            r.r1 = event.cancel() ? 1 : 0;
        }

        @Actor
        public void submitter() {
            object.replaceFence(fence);
        }

        @Arbiter
        public void check(III_Result r) {
            end(r);
        }
    }

    /** The point is reached. */
    @JCStressTest
    @JCStressMeta(CancelAgainstEvent.class)
    @State
    public static class WhileSignaled extends Shape {
        private final SyncObjEvent event;

        public WhileSignaled() {
            object.replaceFence(fence);
            event = SyncObjEvent.whenSignaled(at, status -> told++);
        }

        @Actor
        public void canceller(III_Result r) {
            r.r1 = event.cancel() ? 1 : 0;
        }

        @Actor
        public void issuer() {
            Submitter.CONTEXT.signal(fence);
        }

        @Arbiter
        public void check(III_Result r) {
            end(r);
        }
    }

    /** The point is submitted, and is reached at once. */
    @JCStressTest
    @JCStressMeta(CancelAgainstEvent.class)
    @State
    public static class WhileBoth extends Shape {
        private final SyncObjEvent event = SyncObjEvent.whenSignaled(at, status -> told++);

        @Actor
        public void canceller(III_Result r) {
            r.r1 = event.cancel() ? 1 : 0;
        }

        @Actor
        public void submitter() {
            object.replaceFence(fence);
            Submitter.CONTEXT.signal(fence);
        }

        @Arbiter
        public void check(III_Result r) {
            end(r);
        }
    }
}
