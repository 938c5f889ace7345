package org.dmafence.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.HdrHistogram.WriterReaderPhaser;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;

/**
 * One read section around one pointer, and what else protects a read. Each in its own class, and so compiled for
 * itself.
 */
final class RcuOperations {
    private RcuOperations() {}

    /** What the pointers point at: one load away, as the integer is in the program in C. */
    private static final class Shared {
        final int value = Integer.parseInt("1"); // no constant to the compiler
    }

    /** With a reader that the caller keeps: an explicit handle, or its thread's. */
    static final class KeptReader extends Operation {
        private final RcuReader reader;
        private volatile Shared pointer = new Shared();

        KeptReader(RcuReader reader) {
            this.reader = reader;
        }

        @Override
        void run(int times) {
            RcuReader kept = reader; // in a local variable, as the handle of the program in C is in a register
            long sum = 0;
            for (int i = 0; i < times; i++) {
                long token = kept.lock();
                try {
                    sum += pointer.value;
                } finally {
                    kept.unlock(token);
                }
            }
            seen += sum;
        }
    }

    /** With the reader of the thread, looked up each time; what that costs depends on the thread's class. */
    static final class ReaderOfThread extends Operation {
        private final RcuDomain domain;
        private volatile Shared pointer = new Shared();

        ReaderOfThread(RcuDomain domain) {
            this.domain = domain;
        }

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                RcuReader reader = domain.reader();
                long token = reader.lock();
                try {
                    sum += pointer.value;
                } finally {
                    reader.unlock(token);
                }
            }
            seen += sum;
        }
    }

    /** A read that nothing protects but the collector. */
    static final class VolatileRead extends Operation {
        private volatile Shared pointer = new Shared();

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += pointer.value;
            }
            seen += sum;
        }
    }

    /** No section, but a loop that tries again. */
    static final class StampedOptimistic extends Operation {
        private final StampedLock lock = new StampedLock();
        private volatile Shared pointer = new Shared();

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                long stamp;
                int value;
                do {
                    stamp = lock.tryOptimisticRead();
                    value = pointer.value;
                } while (!lock.validate(stamp));
                sum += value;
            }
            seen += sum;
        }
    }

    /** HdrHistogram's. */
    static final class Phaser extends Operation {
        private final WriterReaderPhaser phaser = new WriterReaderPhaser();
        private volatile Shared pointer = new Shared();

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                long token = phaser.writerCriticalSectionEnter();
                try {
                    sum += pointer.value;
                } finally {
                    phaser.writerCriticalSectionExit(token);
                }
            }
            seen += sum;
        }
    }

    /** The lock that everybody knows. */
    static final class ReadWriteLock extends Operation {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private volatile Shared pointer = new Shared();

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                lock.readLock().lock();
                try {
                    sum += pointer.value;
                } finally {
                    lock.readLock().unlock();
                }
            }
            seen += sum;
        }
    }

    /** Up and down again. */
    static final class ReferenceCount extends Operation {
        private final AtomicInteger references = new AtomicInteger(1);
        private volatile Shared pointer = new Shared();

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                references.incrementAndGet();
                try {
                    sum += pointer.value;
                } finally {
                    references.decrementAndGet();
                }
            }
            seen += sum;
        }
    }
}
