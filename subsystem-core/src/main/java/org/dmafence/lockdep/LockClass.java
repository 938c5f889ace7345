package org.dmafence.lockdep;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All locks that are used for the same thing in the same way. Kernel counterpart: {@code struct lock_class_key}.
 *
 * <p>Classes are known by name and live as long as the process, so a name must not carry the number of an instance. A
 * driver that was unloaded and loaded again finds its classes as it left them. There are at most {@value #MAX} of them;
 * what comes after that is reported, once, and not checked.
 *
 * <p>A lock of one's own is checked by telling its class, by the thread that locks:
 *
 * <pre>{@code
 * static final LockClass RING = LockClass.of("ring");
 *
 * RING.acquire();   // before waiting for the lock
 * lock.lock();
 * ...
 * lock.unlock();
 * RING.release();
 * }</pre>
 *
 * <p>{@link #newLock} makes a lock that does so by itself.
 */
public final class LockClass {
    /** How many classes there may be. */
    public static final int MAX = 4096;

    private static final int NOT_CHECKED = -1;
    private static final Map<String, LockClass> CLASSES = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final int id;
    private final Kind kind;

    private LockClass(String name, int id, Kind kind) {
        this.name = name;
        this.id = id;
        this.kind = kind;
    }

    /**
     * The class of a name: of locks that may be waited for at length, and held by a thread that blocks.
     *
     * @throws IllegalArgumentException if the name is that of spin locks
     */
    public static LockClass of(String name) {
        return intern(name, Kind.LOCK);
    }

    /**
     * The class of locks that are held for an instant: a thread that holds one must not block, and they may be taken in
     * RCU read sections.
     *
     * @throws IllegalArgumentException if the name is that of other locks
     */
    public static LockClass spin(String name) {
        return intern(name, Kind.SPIN);
    }

    /** The class of something that is waited for and that nobody holds. */
    static LockClass promise(String name) {
        return intern(name, Kind.PROMISE);
    }

    private static LockClass intern(String name, Kind kind) {
        Objects.requireNonNull(name, "name");
        if (!Lockdep.ON) {
            return new LockClass(name, NOT_CHECKED, kind);
        }
        LockClass known = CLASSES.get(name);
        if (known == null) {
            if (COUNT.get() >= MAX) {
                HeldLocks.current()
                        .report(
                                LockdepReport.Kind.TABLE_FULL,
                                "classes",
                                "there are " + MAX + " lock classes; '" + name
                                        + "' and what follows is not checked. Give locks of one kind one name");
                return new LockClass(name, NOT_CHECKED, kind);
            }
            known = CLASSES.computeIfAbsent(name, n -> new LockClass(n, COUNT.getAndIncrement(), kind));
        }
        if (known.kind != kind) {
            throw new IllegalArgumentException("lock class '" + name + "' is a " + known.kind
                    + " already and can't be a " + kind + " as well; choose another name");
        }
        return known;
    }

    /**
     * The class of those locks of this one that are rightly taken while another of it is held, such as a child's under
     * its parent's. Kernel counterpart: {@code spin_lock_nested()}.
     *
     * @param depth 0 for this class itself
     * @throws IllegalArgumentException if the depth is not between 0 and 7
     */
    public LockClass nested(int depth) {
        if (depth < 0 || depth > 7) {
            throw new IllegalArgumentException("nesting depth " + depth + " of " + name + "; there are 0 to 7");
        }
        return depth == 0 ? this : intern(name + "/" + depth, kind);
    }

    /** A reentrant lock of this class, checked if the checker is on and otherwise an ordinary one. */
    public ReentrantLock newLock() {
        return Lockdep.ON ? new CheckedLock(this) : new ReentrantLock();
    }

    // ---- acquiring -------------------------------------------------------------------------------------------------

    /** The caller is about to wait for a lock of this class, and then holds it. */
    public void acquire() {
        acquire(Mode.EXCLUSIVE);
    }

    /** As {@link #acquire} for reading, where a reader waits for a writer that waits. */
    public void acquireShared() {
        acquire(Mode.SHARED);
    }

    /** As {@link #acquire} for reading, where readers wait for the writer that holds the lock only. */
    public void acquireRecursive() {
        acquire(Mode.RECURSIVE);
    }

    private void acquire(Mode mode) {
        if (Lockdep.ON) {
            HeldLocks.current().acquire(this, mode, null, false);
        }
    }

    /**
     * As {@link #acquire} where locks of this class may be taken in any order, because something else orders them: a
     * context of the given class, which is held. Kernel counterpart: {@code mutex_lock_nest_lock()}.
     */
    public void acquireWithin(LockClass context) {
        if (Lockdep.ON) {
            HeldLocks.current().acquire(this, Mode.EXCLUSIVE, context, false);
        }
    }

    /** The caller got a lock of this class without waiting, so nothing is learnt about what was held before. */
    public void tryAcquired() {
        if (Lockdep.ON) {
            HeldLocks.current().hold(this, Mode.EXCLUSIVE, false);
        }
    }

    /** As {@link #tryAcquired} for reading. */
    public void tryAcquiredShared() {
        if (Lockdep.ON) {
            HeldLocks.current().hold(this, Mode.SHARED, false);
        }
    }

    /** The caller released the lock, or did not get it after all. */
    public void release() {
        if (Lockdep.ON) {
            HeldLocks.current().release(this);
        }
    }

    /** Whether the caller holds a lock of this class, as far as the checker knows; false while it is off. */
    public boolean isHeld() {
        return Lockdep.ON && HeldLocks.current().find(this) != null;
    }

    // ---- for the checker -------------------------------------------------------------------------------------------

    private enum Kind {
        LOCK,
        SPIN,
        PROMISE
    }

    /** How a lock is acquired. */
    enum Mode {
        EXCLUSIVE,
        SHARED,
        RECURSIVE
    }

    boolean isSpin() {
        return kind == Kind.SPIN;
    }

    boolean isPromise() {
        return kind == Kind.PROMISE;
    }

    boolean isChecked() {
        return id != NOT_CHECKED;
    }

    /** Small and dense. */
    int id() {
        return id;
    }

    static int count() {
        return COUNT.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
