package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.sun.jna.Native;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The store buffer at the core of the read side: the reader stores its slot and loads what is published, the updater
 * publishes and loads the slot. Models of the access sequences of RcuReader.lock and GracePeriods.begin, without the
 * rest of the class, so that the one thing the memory model does not promise is measured alone.
 */
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The reader missed the publication, the scan saw the reader.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The scan missed the reader, who saw the publication.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both saw each other.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other: the grace period would end too early (I2).")
public class LockAgainstScan {
    private static final VarHandle SLOT;

    static {
        try {
            SLOT = MethodHandles.lookup().findVarHandle(Shape.class, "slot", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One reader's slot and one published variable. */
    static class Shape {
        long slot;
        int published;
    }

    /** Full fences on both sides. */
    @JCStressTest
    @JCStressMeta(LockAgainstScan.class)
    @State
    public static class SimpleFence extends Shape {
        @Actor
        public void reader(II_Result r) {
            SLOT.setOpaque(this, 1L);
            VarHandle.fullFence();
            r.r1 = published;
        }

        @Actor
        public void updater(II_Result r) {
            published = 1;
            VarHandle.fullFence();
            r.r2 = (int) (long) SLOT.getAcquire(this);
        }
    }

    /** The compiler's fence against the operating system's barrier. */
    @JCStressTest
    @JCStressMeta(LockAgainstScan.class)
    @State
    public static class SimpleMembarrier extends Shape {
        @Actor
        public void reader(II_Result r) {
            SLOT.setOpaque(this, 1L);
            VarHandle.acquireFence();
            r.r1 = published;
        }

        @Actor
        public void updater(II_Result r) {
            published = 1;
            Syscall.membarrier();
            r.r2 = (int) (long) SLOT.getAcquire(this);
        }
    }

    /** The twin whose updater fences only itself. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Nothing seen.")
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "Neither saw the other, as expected without membarrier.")
    @State
    public static class BrokenWithoutMembarrier extends Shape {
        @Actor
        public void reader(II_Result r) {
            SLOT.setOpaque(this, 1L);
            VarHandle.acquireFence();
            r.r1 = published;
        }

        @Actor
        public void updater(II_Result r) {
            published = 1;
            VarHandle.fullFence();
            r.r2 = (int) (long) SLOT.getAcquire(this);
        }
    }

    /** membarrier(2), on its own so as not to lean on the code under test. */
    static final class Syscall {
        private static final int PRIVATE_EXPEDITED = 1 << 3;
        private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;
        private static final long NUMBER = System.getProperty("os.arch").equals("aarch64") ? 283 : 324;

        static {
            Native.register(Syscall.class, "c");
            check(syscall(NUMBER, REGISTER_PRIVATE_EXPEDITED, 0, 0));
        }

        private Syscall() {}

        static void membarrier() {
            check(syscall(NUMBER, PRIVATE_EXPEDITED, 0, 0));
        }

        private static void check(long result) {
            if (result != 0) {
                throw new IllegalStateException("membarrier(2) failed with errno " + Native.getLastError());
            }
        }

        static native long syscall(long number, int command, int flags, int cpu);
    }
}
