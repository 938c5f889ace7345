package org.dmafence.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limit: a promise written by hand for what is measured and nothing else. It has a time and callbacks, which are
 * the links of their own list; it has no errors, names, owner, order of callbacks, nor any way to take one back.
 */
final class HandOperations {
    private HandOperations() {}

    /** An object for each promise, as those of fences are. */
    private static final class Count {
        private final Operation counter;
        private @Nullable Count next;

        Count(Operation counter) {
            this.counter = counter;
        }

        void run() {
            counter.seen++;
        }
    }

    /** Callbacks in front of each other until it is signalled, and {@code SIGNALED} from then on. */
    private static final class HandPromise {
        private static final Object SIGNALED = new Object();

        @SuppressWarnings("unused") // only through STATE
        private @Nullable Object state;

        private long timestampNs;

        boolean add(Count callback) {
            while (true) {
                Object head = STATE.getAcquire(this);
                if (head == SIGNALED) {
                    return false;
                }
                callback.next = (Count) head;
                if (STATE.compareAndSet(this, head, callback)) {
                    return true;
                }
            }
        }

        void signal(long timeNs) {
            timestampNs = timeNs; // seen by whoever sees SIGNALED
            for (Count callback = (Count) STATE.getAndSet(this, SIGNALED); callback != null; callback = callback.next) {
                callback.run();
            }
        }

        long timestampNs() {
            return timestampNs;
        }

        private static final VarHandle STATE;

        static {
            try {
                STATE = MethodHandles.lookup().findVarHandle(HandPromise.class, "state", Object.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** Create, add a callback, signal; with a look at the clock. */
    static final class CallbackSignal extends Operation {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                HandPromise promise = new HandPromise();
                place[0] = promise;
                seen += promise.add(new Count(this)) ? 0 : 1;
                promise.signal(System.nanoTime());
            }
        }
    }

    /** The same with a time that the signaller knows. */
    static final class CallbackSignalAt extends Operation {
        private long time;

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                HandPromise promise = new HandPromise();
                place[0] = promise;
                seen += promise.add(new Count(this)) ? 0 : 1;
                promise.signal(++time);
            }
        }
    }

    /** Many are interested in one. */
    static final class ManyCallbacks extends Operation {
        private final int callbacks;

        ManyCallbacks(int callbacks) {
            this.callbacks = callbacks;
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                HandPromise promise = new HandPromise();
                place[0] = promise;
                for (int k = 0; k < callbacks; k++) {
                    seen += promise.add(new Count(this)) ? 0 : 1;
                }
                promise.signal(System.nanoTime());
            }
        }
    }

    /** Many, each with one who is interested, are signalled with one time; making them does not count. */
    static final class Batch extends Operation {
        private final int size;
        private List<List<HandPromise>> batches = List.of();

        Batch(int size) {
            this.size = size;
        }

        @Override
        void prepare(int times) {
            batches = new ArrayList<>(times);
            for (int i = 0; i < times; i++) {
                List<HandPromise> promises = new ArrayList<>(size);
                for (int k = 0; k < size; k++) {
                    HandPromise promise = new HandPromise();
                    seen += promise.add(new Count(this)) ? 0 : 1;
                    promises.add(promise);
                }
                batches.add(promises);
            }
        }

        @Override
        void run(int times) {
            for (List<HandPromise> promises : batches) {
                long timeNs = System.nanoTime();
                for (HandPromise promise : promises) {
                    promise.signal(timeNs);
                }
                seen += promises.get(0).timestampNs() == timeNs ? 0 : 1;
            }
        }
    }
}
