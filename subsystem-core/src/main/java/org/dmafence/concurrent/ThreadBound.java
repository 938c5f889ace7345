package org.dmafence.concurrent;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One object for each thread, which stays that thread's whatever becomes of its thread locals.
 *
 * <p>A {@link ThreadLocal} is no place for such an object. A pool may clear the thread locals of its workers between
 * tasks, as the JDK's common pool does from JDK 25 on: the thread then has a second object while the first is still
 * registered somewhere. And it keeps the object, hence its class and loader, for as long as the thread lives. So the
 * object is kept here, by the thread's identity; the thread local only points at it, weakly, to be quick.
 *
 * <p>The object must not refer to its thread strongly. It goes when the thread has been collected and another thread's
 * object is set, or with this map. {@link #get}, {@link #peek}, {@link #set} and {@link #remove} are about the calling
 * thread; none of them blocks.
 */
public final class ThreadBound<T> {
    @SuppressWarnings("ThreadLocalUsage") // few and long-lived: one for each domain, and some static ones
    private final ThreadLocal<@Nullable Reference<T>> quick = new ThreadLocal<>();

    private final ConcurrentHashMap<Object, T> objects = new ConcurrentHashMap<>();
    private final ReferenceQueue<Thread> collected = new ReferenceQueue<>();

    /** The calling thread's object, {@code null} if it has none. Costs a thread-local look-up. */
    public @Nullable T get() {
        Reference<T> reference = quick.get();
        T object = reference == null ? null : reference.get();
        return object != null ? object : findAgain();
    }

    private @Nullable T findAgain() {
        T object = peek();
        if (object != null) {
            try {
                quick.set(new WeakReference<>(object));
            } catch (OutOfMemoryError e) { // it is there all the same, and found the long way
                return object;
            }
        }
        return object;
    }

    /** As {@link #get}, for a thread that is likely to have none: leaves nothing behind in it. */
    public @Nullable T peek() {
        return objects.isEmpty() ? null : objects.get(new Probe(Thread.currentThread()));
    }

    /** Gives the calling thread its object, in place of one that it may have. */
    public void set(T object) {
        removeCollected();
        Probe probe = new Probe(Thread.currentThread());
        if (objects.replace(probe, object) == null) {
            objects.put(new Key(probe, collected), object);
        }
        quick.set(new WeakReference<>(object));
    }

    /** Takes the calling thread's object away. */
    public void remove() {
        objects.remove(new Probe(Thread.currentThread()));
        quick.remove();
    }

    /** The objects of all threads, those that have ended and are not collected yet included; a live view. */
    public Collection<T> all() {
        removeCollected();
        return Collections.unmodifiableCollection(objects.values());
    }

    private void removeCollected() {
        for (Reference<?> key = collected.poll(); key != null; key = collected.poll()) {
            objects.remove(key);
        }
    }

    /** In the map. Equal to itself, so that it can be removed when its thread is gone. */
    private static final class Key extends WeakReference<Thread> {
        private final int hash;

        Key(Probe probe, ReferenceQueue<Thread> collected) {
            super(probe.thread, collected);
            hash = probe.hashCode();
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    /** To look up with: the map asks what it looks for, not what it has, whether they are equal. */
    private record Probe(Thread thread) {
        @Override
        public int hashCode() {
            return System.identityHashCode(thread); // a thread's own is foreign code
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.refersTo(thread);
        }
    }
}
