package org.dmafence.race;

/** How strongly a load or a store is ordered: the memory modes of {@link java.lang.invoke.VarHandle}. */
public enum Mode {
    /** As weak as it gets. The kernel's plain accesses; the model treats them as {@link #OPAQUE}. */
    PLAIN,
    /** Coherent for itself and nothing else: {@code READ_ONCE}, {@code WRITE_ONCE}, {@code test_bit}. */
    OPAQUE,
    /** No later access of the party is performed before this load. */
    ACQUIRE,
    /** No earlier access of the party is performed after this store. */
    RELEASE,
    /** Acquire or release, and in one order with all other volatile accesses. */
    VOLATILE;

    boolean acquires() {
        return this == ACQUIRE || this == VOLATILE;
    }

    boolean releases() {
        return this == RELEASE || this == VOLATILE;
    }
}
