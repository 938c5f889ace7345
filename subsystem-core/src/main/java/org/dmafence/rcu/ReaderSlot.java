package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a grace period looks at: one word, alone on its cache lines and their prefetched neighbours. A domain's epoch is
 * such a word too.
 */
@SuppressWarnings("unused") // the padding
class ReaderSlot extends ReaderSlotValue {
    private long p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, p28, p29, p30;

    /** For any thread; pairs with {@link #leaveRelease}. */
    final long epochAcquire() {
        return (long) EPOCH.getAcquire(this);
    }

    /** Stores what cannot be torn or left out, and orders nothing: the fence that follows does. By the reader alone. */
    final void enterOpaque(long entry) {
        EPOCH.setOpaque(this, entry);
    }

    /** As {@link #enterOpaque}, after what the reader has said about itself; pairs with {@link #epochAcquire}. */
    final void enterRelease(long entry) {
        EPOCH.setRelease(this, entry);
    }

    /** By the reader alone, or by the registry once the reader is dead. */
    final void leaveRelease(long outside) {
        EPOCH.setRelease(this, outside);
    }

    /** For the epoch of a domain, which many move. */
    final long incrementAndGet() {
        return (long) EPOCH.getAndAdd(this, 1L) + 1;
    }

    /** For the epoch of a domain; a volatile read. */
    final long get() {
        return (long) EPOCH.getVolatile(this);
    }

    private static final VarHandle EPOCH;

    static {
        try {
            EPOCH = MethodHandles.lookup().findVarHandle(ReaderSlotValue.class, "epoch", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}

@SuppressWarnings("unused") // the padding
class ReaderSlotPadding {
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

class ReaderSlotValue extends ReaderSlotPadding {
    /** 0 outside a section, the epoch of entry inside. Read plainly by the thread that writes it. */
    long epoch;
}
