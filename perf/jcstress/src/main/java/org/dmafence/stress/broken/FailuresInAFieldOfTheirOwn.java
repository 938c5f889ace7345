package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.dmafence.stress.container.ChainCollect.Node;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** FenceChain I2 with the link and the failures in two fields: whichever is written first, something goes wrong. */
public class FailuresInAFieldOfTheirOwn {
    static class Model {
        private static final VarHandle FAILURES;

        final Node old = new Node();
        final Node head = new Node();
        int failures;

        static {
            try {
                FAILURES = MethodHandles.lookup().findVarHandle(Model.class, "failures", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        Model() {
            head.behind = new Node.Behind(old, 0);
        }

        final void takeOver() {
            int unused = (int) FAILURES.getAndAdd(this, 1);
        }

        final int failuresAcquire() {
            return (int) FAILURES.getAcquire(this);
        }

        final boolean unlink(Node.Behind seen) {
            return head.casBehind(seen, new Node.Behind(null, 0));
        }

        final Node.Behind seen() {
            return Objects.requireNonNull(head.behindAcquire());
        }
    }

    /** Taken over before unlinking: two walkers both do. r1 references left to the unlinked one, r2 failures known. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Unlinked once.")
    @Outcome(expect = FORBIDDEN, desc = "I2: a failure was counted twice.")
    @State
    public static class TakenOverFirst extends Model {
        private void walk() {
            Node.Behind seen = seen();
            if (seen.prev() != null) {
                takeOver();
                if (unlink(seen)) {
                    seen.prev().release();
                }
            }
        }

        @Actor
        public void first() {
            walk();
        }

        @Actor
        public void second() {
            walk();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = old.references;
            r.r2 = failuresAcquire();
        }
    }

    /** Taken over after unlinking: whoever finds nothing linked, r1, misses the failure, r2. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Still linked, or the failure is known.")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "I2, I3: nothing is linked and no failure is known: success.")
    @State
    public static class TakenOverAfter extends Model {
        @Actor
        public void walks() {
            Node.Behind seen = seen();
            if (seen.prev() != null && unlink(seen)) {
                takeOver();
                seen.prev().release();
            }
        }

        @Actor
        public void settles(II_Result r) {
            r.r1 = seen().prev() == null ? 1 : 0;
            r.r2 = failuresAcquire();
        }
    }
}
