package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Objects;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The pattern RCU exists for: unpublish, wait for a grace period, free. A reader that found the element looks at it
 * twice, the second time as late as it can.
 */
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The section found the element; it stayed alive to the end (I2, I3).")
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "The section began late and saw the unpublishing (I2, G2).")
@Outcome(expect = FORBIDDEN, desc = "An element was freed under a reader: the grace period missed a section.")
public class UnpublishThenFree {
    private static final int UNPUBLISHED = -1;

    /** What readers hold on to. */
    static final class Element {
        /** Plain: only the grace period orders it. */
        int freed;
    }

    /** The state and both sides. */
    static class Shape {
        final RcuReference<Element> reference;

        Shape(RcuDomain domain) {
            reference = new RcuReference<>(domain, new Element());
        }

        int read(RcuReader reader) {
            long token = reader.lock();
            try {
                return look(reference.dereference(reader));
            } finally {
                reader.unlock(token);
            }
        }

        static int look(@Nullable Element element) {
            if (element == null) {
                return UNPUBLISHED;
            }
            return element.freed | element.freed << 1;
        }

        Element unpublish() {
            return Objects.requireNonNull(reference.replace(null));
        }

        static void free(Element element) {
            element.freed = 1;
        }
    }

    /** Membarrier mode. */
    @JCStressTest
    @JCStressMeta(UnpublishThenFree.class)
    @State
    public static class Membarrier extends Shape {
        public Membarrier() {
            super(Shared.membarrier());
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(Shared.membarrier().reader());
        }

        @Actor
        public void updater() {
            Element element = unpublish();
            Shared.membarrier().synchronize();
            free(element);
        }
    }

    /** Membarrier mode, expedited. */
    @JCStressTest
    @JCStressMeta(UnpublishThenFree.class)
    @State
    public static class MembarrierExpedited extends Shape {
        public MembarrierExpedited() {
            super(Shared.membarrier());
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(Shared.membarrier().reader());
        }

        @Actor
        public void updater() {
            Element element = unpublish();
            Shared.membarrier().synchronizeExpedited();
            free(element);
        }
    }

    /** Full-fence mode. */
    @JCStressTest
    @JCStressMeta(UnpublishThenFree.class)
    @State
    public static class Fence extends Shape {
        public Fence() {
            super(Shared.fence());
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(Shared.fence().reader());
        }

        @Actor
        public void updater() {
            Element element = unpublish();
            Shared.fence().synchronize();
            free(element);
        }
    }

    /** Cookies instead of waiting outright. */
    @JCStressTest
    @JCStressMeta(UnpublishThenFree.class)
    @State
    public static class MembarrierCookie extends Shape {
        public MembarrierCookie() {
            super(Shared.membarrier());
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(Shared.membarrier().reader());
        }

        @Actor
        public void updater() {
            Element element = unpublish();
            long cookie = Shared.membarrier().pollStart();
            while (!Shared.membarrier().pollCompleted(cookie)) {
                Thread.onSpinWait();
            }
            free(element);
        }
    }

    /** SRCU. */
    @JCStressTest
    @JCStressMeta(UnpublishThenFree.class)
    @State
    public static class Sleepable extends Shape {
        public Sleepable() {
            super(Shared.fence());
        }

        @Actor
        public void reader(I_Result r) {
            int token = Shared.sleepable().readLock();
            r.r1 = look(reference.access());
            Shared.sleepable().readUnlock(token);
        }

        @Actor
        public void updater() {
            Element element = unpublish();
            Shared.sleepable().synchronize();
            free(element);
        }
    }

    /** The twin that forgets the grace period. */
    @JCStressTest
    @Outcome(
            id = {"0", "-1"},
            expect = ACCEPTABLE,
            desc = "Nothing seen.")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "Freed under a reader, as expected without a grace period.")
    @State
    public static class BrokenWithoutGracePeriod extends Shape {
        public BrokenWithoutGracePeriod() {
            super(Shared.membarrier());
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(Shared.membarrier().reader());
        }

        @Actor
        public void updater() {
            free(unpublish());
        }
    }
}
