package org.dmafence.resv;

/**
 * What a fence in a reservation object stands for, strongest first. Asking for one usage answers the fences of that and
 * of all stronger ones. Kernel counterpart: {@code enum dma_resv_usage}.
 */
public enum ResvUsage {
    /** Memory management moves or clears the buffer: everybody has to wait. */
    KERNEL("kernel"),
    /** Somebody writes, and readers and writers wait for it implicitly. */
    WRITE("write"),
    /** Somebody reads, and writers wait for it implicitly. */
    READ("read"),
    /** Nobody waits for it implicitly: page tables, preemption, explicit synchronisation. */
    BOOKKEEP("bookkeep");

    private final String label;

    ResvUsage(String label) {
        this.label = label;
    }

    /** What a new access has to wait for: a writer for readers too. Kernel counterpart: {@code dma_resv_usage_rw()}. */
    public static ResvUsage forAccess(boolean write) {
        return write ? READ : WRITE;
    }

    /** Whether asking for this usage answers fences of the other. */
    public boolean includes(ResvUsage other) {
        return compareTo(other) >= 0;
    }

    /** As it is printed. */
    String label() {
        return label;
    }
}
