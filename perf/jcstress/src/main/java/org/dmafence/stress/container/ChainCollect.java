package org.dmafence.stress.container;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceCauses;
import org.dmafence.fence.container.FenceChain;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two walk a chain and unlink the same points. */
public class ChainCollect {
    /**
     * r1 how many failures are known, r2 how many of the two unlinked links are freed, r3 references to the one that is
     * left.
     */
    @JCStressTest
    @Outcome(id = "2, 2, 1", expect = ACCEPTABLE, desc = "Each point unlinked once.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I2: a failure or a reference lost, or taken twice.")
    @State
    public static class TwoWalkers {
        private final DmaFence n1 = Fences.link(null, Fences.fence(1), 1);
        private final DmaFence n2 = Fences.link(n1, Fences.failed(2, FenceError.EIO), 2);
        private final DmaFence n3 = Fences.link(n2, Fences.failed(3, FenceError.ETIME), 3);
        private final DmaFence head = Fences.link(n3, Fences.fence(4), 4);

        @Actor
        public void first() {
            Objects.requireNonNull(FenceChain.walk(head.retain())).release();
        }

        @Actor
        public void second() {
            Objects.requireNonNull(FenceChain.walk(head.retain())).release();
        }

        @Arbiter
        public void end(III_Result r) {
            FenceCauses causes = FenceCauses.of(head);
            r.r1 = causes.first().size() + (int) causes.omitted();
            r.r2 = (n2.isFreed() ? 1 : 0) + (n3.isFreed() ? 1 : 0);
            r.r3 = n1.references();
        }
    }

    /** One from the head, one from the link in the middle, which is unlinked under its feet. */
    @JCStressTest
    @Outcome(id = "2, 1, 2", expect = ACCEPTABLE, desc = "Each point unlinked once, and the first linked from both.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I2: a failure or a reference lost, or taken twice.")
    @State
    public static class FromTheMiddle {
        private final DmaFence n1 = Fences.link(null, Fences.fence(1), 1);
        private final DmaFence n2 = Fences.link(n1, Fences.failed(2, FenceError.EIO), 2);
        private final DmaFence n3 =
                Fences.link(n2, Fences.failed(3, FenceError.ETIME), 3).retain();
        private final DmaFence head = Fences.link(n3, Fences.fence(4), 4);

        @Actor
        public void fromTheHead() {
            Objects.requireNonNull(FenceChain.walk(head.retain())).release();
        }

        @Actor
        public void fromTheMiddle() {
            Objects.requireNonNull(FenceChain.walk(n3.retain())).release();
        }

        @Arbiter
        public void end(III_Result r) {
            FenceCauses causes = FenceCauses.of(head);
            r.r1 = causes.first().size() + (int) causes.omitted();
            r.r2 = n2.isFreed() ? 1 : 0;
            r.r3 = n1.references();
        }
    }

    /** Both points signal, each on a thread, under an enabled head: r1 the callback's runs, r2 how the head ends. */
    @JCStressTest
    @Outcome(id = "1, -5", expect = ACCEPTABLE, desc = "Signalled once, with the earlier point's error.")
    @Outcome(expect = FORBIDDEN, desc = "I3, I4: signalled early, twice or never, or with the later point's error.")
    @State
    public static class SignalBoth {
        private final DmaFence first = Fences.fence(1);
        private final DmaFence second = Fences.fence(2);
        private final DmaFence head = Fences.link(Fences.link(null, first, 1), second, 2);
        private final Fences.Count callback = new Fences.Count();

        public SignalBoth() {
            head.addCallback(callback);
        }

        @Actor
        public void first() {
            Fences.signal(first, FenceError.EIO);
        }

        @Actor
        public void second() {
            Fences.signal(second, FenceError.ETIME);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = callback.runs;
            r.r2 = head.isSignaled() ? head.errno() : 0;
        }
    }

    /** A link of a model: what is behind it, and how often it is referred to. */
    public static class Node {
        public volatile int references = 1;
        public @Nullable Behind behind;

        protected static final VarHandle REFERENCES;
        protected static final VarHandle BEHIND;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                REFERENCES = lookup.findVarHandle(Node.class, "references", int.class);
                BEHIND = lookup.findVarHandle(Node.class, "behind", Behind.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** A link that has signalled with an error, in front of nothing, and the number of failures unlinked. */
        public record Behind(@Nullable Node prev, int failures) {}

        public final void release() {
            int unused = (int) REFERENCES.getAndAdd(this, -1);
        }

        public final @Nullable Behind behindAcquire() {
            return (Behind) BEHIND.getAcquire(this);
        }

        public final boolean casBehind(@Nullable Behind seen, Behind next) {
            return BEHIND.compareAndSet(this, seen, next);
        }
    }

    /** The link and the failures replaced by one CAS: r1 references left to the unlinked one, r2 failures known. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Unlinked once.")
    @Outcome(expect = FORBIDDEN, desc = "I2: a failure or a reference lost, or taken twice.")
    @State
    public static class Simple {
        private final Node old = new Node();
        private final Node head = new Node();

        public Simple() {
            head.behind = new Node.Behind(old, 0);
        }

        private void walk() {
            for (; ; ) {
                Node.Behind seen = Objects.requireNonNull(head.behindAcquire());
                if (seen.prev() == null) {
                    return;
                }
                if (head.casBehind(seen, new Node.Behind(null, seen.failures() + 1))) {
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
            r.r2 = Objects.requireNonNull(head.behindAcquire()).failures();
        }
    }
}
