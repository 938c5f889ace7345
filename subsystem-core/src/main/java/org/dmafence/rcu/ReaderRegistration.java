package org.dmafence.rcu;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** Who owns a slot. Refers to the thread weakly, and to the reader when it is bound to none. */
final class ReaderRegistration {
    private final ReaderRegistry registry;
    final ReaderChunk chunk;
    final int id;
    private final String name;
    private final @Nullable WeakReference<Thread> thread;
    /** What the slot held when the reader was found dead. Under the lock, then by the thread that found it. */
    long diedAtEpoch;

    private WeakReference<@Nullable RcuReader> reader = new WeakReference<>(null);

    /** Set by {@link #bind}: the reader, whose field it may be, needs this registration first. */
    @SuppressWarnings("NullAway.Init")
    private ReaderSlot slot;

    ReaderRegistration(ReaderRegistry registry, ReaderChunk chunk, int id, String name, @Nullable Thread thread) {
        this.registry = registry;
        this.chunk = chunk;
        this.id = id;
        this.name = name;
        this.thread = thread == null ? null : new WeakReference<>(thread);
    }

    /** Before the registration is in its chunk, whose release publishes it. */
    void bind(RcuReader registered, ReaderSlot where) {
        reader = new WeakReference<>(registered);
        slot = where;
    }

    /** Where the reader's epoch is. */
    ReaderSlot slot() {
        return slot;
    }

    String name() {
        return name;
    }

    boolean isThreadBound() {
        return thread != null;
    }

    @Nullable Thread thread() {
        return thread == null ? null : thread.get();
    }

    boolean isUsableByCurrentThread() {
        return thread == null || thread.get() == Thread.currentThread();
    }

    long ownerId() {
        RcuReader live = reader.get();
        return live == null ? 0 : live.ownerIdOpaque();
    }

    /** Nobody is left who could leave the section. */
    boolean isDead() {
        if (reader.get() == null) {
            return true;
        }
        if (thread == null) {
            return false;
        }
        Thread owner = thread.get();
        return owner == null || !owner.isAlive();
    }

    void unregister() {
        registry.unregister(this);
    }
}
