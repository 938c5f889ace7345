package org.dmafence.module;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The callers of the ops of a module that was unloaded by force. Text only; the first {@value #KEPT} calls are kept,
 * the others counted. May be used from any thread.
 */
public final class TombstoneRecord {
    /** How many calls are kept with their details. */
    public static final int KEPT = 256;

    private final String module;
    private final LongAdder count = new LongAdder();
    private final AtomicInteger kept = new AtomicInteger();
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

    TombstoneRecord(String module) {
        this.module = module;
    }

    /**
     * A call that would have run the code of the unloaded module.
     *
     * @param op the op, such as {@code release}
     * @param fence the fence, in words
     * @param thread the caller's name
     * @param atNs when, on the runtime's clock
     */
    public record Call(String op, String fence, String thread, long atNs) {}

    /** The unloaded module's name. */
    public String module() {
        return module;
    }

    /** How many calls there were. */
    public long count() {
        return count.sum();
    }

    /** The first of them, in about the order they came. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    void add(String op, String fence, long atNs) {
        count.increment();
        if (kept.get() < KEPT && kept.getAndIncrement() < KEPT) {
            calls.add(new Call(op, fence, Thread.currentThread().getName(), atNs));
        }
    }

    @Override
    public String toString() {
        return "tombstone of " + module + ", called " + count() + " times";
    }
}
