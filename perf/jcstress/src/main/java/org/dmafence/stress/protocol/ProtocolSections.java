package org.dmafence.stress.protocol;

import static org.dmafence.stress.protocol.Race.FREED;
import static org.dmafence.stress.protocol.Race.KEPT;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One reader's slot and the grace periods that wait for it, with what they keep from being freed too early. */
public abstract class ProtocolSections {
    // The names, the modes and the order are those of RcuReader (FENCE) and GracePeriods, less nesting and more
    // readers.

    /** Something that can be freed; plain, so that only the protocol orders it. */
    public static class Memory {
        private int freed;

        /** Uses it. */
        public final int touch() {
            return freed == 0 ? KEPT : FREED;
        }

        public final void free() {
            freed = 1;
        }
    }

    /** The driver: its table, its strings and its data in one, as a fence refers to them. */
    public static final class Table extends Memory {
        /** Whether it implements wait or release, so that signalling leaves it. */
        final boolean keeps;

        /** What the ops work on. */
        public @Nullable Object payload = "payload";

        Table(boolean keeps) {
            this.keeps = keeps;
        }
    }

    private long epoch = 1;
    private long slot;

    protected final void enter() {
        SLOT.setOpaque(this, (long) EPOCH.getOpaque(this));
        VarHandle.fullFence(); // pairs with that of gracePeriod
    }

    protected final void leave() {
        SLOT.setRelease(this, 0L); // pairs with the scan
    }

    final void gracePeriod() {
        long target = (long) EPOCH.getAndAdd(this, 1L) + 1;
        VarHandle.fullFence(); // pairs with that of enter
        for (; ; ) {
            long seen = (long) SLOT.getAcquire(this);
            if (seen == 0 || seen >= target) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static final VarHandle EPOCH;
    private static final VarHandle SLOT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            EPOCH = lookup.findVarHandle(ProtocolSections.class, "epoch", long.class);
            SLOT = lookup.findVarHandle(ProtocolSections.class, "slot", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
