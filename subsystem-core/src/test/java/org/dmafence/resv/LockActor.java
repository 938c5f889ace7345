package org.dmafence.resv;

import java.util.List;
import java.util.Objects;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.jspecify.annotations.Nullable;

/**
 * A simulated thread, with a context or without, that does what it is told, one thing after the other, and logs how it
 * went.
 */
final class LockActor {
    private final VirtualCpu cpu;
    private final String name;
    private final List<String> log;
    private final VirtualTask task;
    private @Nullable Thread thread;
    private @Nullable AcquireContext context;
    private @Nullable Runnable next;

    /** @param wwClass of the context it is to have; {@code null} for none */
    LockActor(VirtualCpu cpu, String name, @Nullable WwClass wwClass, List<String> log) {
        this.cpu = cpu;
        this.name = name;
        this.log = log;
        task = cpu.start(name, () -> run(wwClass));
        cpu.settle();
    }

    private void run(@Nullable WwClass wwClass) {
        thread = Thread.currentThread();
        context = wwClass == null ? null : AcquireContext.begin(wwClass);
        for (; ; ) {
            Runnable now = next;
            if (now == null) {
                cpu.runtime().parking().park(this);
            } else {
                next = null;
                now.run();
            }
        }
    }

    /** Has it do something, as far as that gets. */
    void does(Runnable what) {
        next = what;
        cpu.runtime().parking().unpark(Objects.requireNonNull(thread, "a thread that began"));
        cpu.settle();
    }

    void locks(WwMutex mutex) {
        does(() -> log.add(name + " " + mutex.lock(context)));
    }

    void locksSlowly(WwMutex mutex) {
        does(() -> {
            mutex.lockSlow(context());
            log.add(name + " LOCKED");
        });
    }

    void locksInterruptibly(WwMutex mutex) {
        does(() -> {
            try {
                log.add(name + " " + mutex.lockInterruptibly(context));
            } catch (InterruptedException e) {
                log.add(name + " interrupted");
            }
        });
    }

    void unlocks(WwMutex mutex) {
        does(mutex::unlock);
    }

    void interrupt() {
        task.interrupt();
        cpu.settle();
    }

    AcquireContext context() {
        return Objects.requireNonNull(context, "a context");
    }
}
