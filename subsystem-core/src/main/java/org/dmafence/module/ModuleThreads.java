package org.dmafence.module;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one module: those made for it, which inherit nothing that could outlive the module, and those that its code
 * started by itself, which are found by their thread group, their frames, their class or their context class loader.
 */
final class ModuleThreads {
    /** How long threads that are as good as gone may take to leave the group. */
    private static final long DISSOLVE_NS = 10_000_000;

    private final String module;
    private final String loaderName;

    /** Threads and pools that driver code makes land in the group of the thread that makes them, so they are found in here. */
    private final ThreadGroup group;

    private final Set<Thread> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    ModuleThreads(String module, String loaderName) {
        this.module = module;
        this.loaderName = loaderName;
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = root.getParent(); parent != null; parent = root.getParent()) {
            root = parent;
        }
        group = new ThreadGroup(root, "dmafence-" + module);
    }

    /** A daemon thread of the module's, not started. */
    Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(group, body, "dmafence-" + module + "-" + name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ModuleThreads.class.getClassLoader());
        made.add(thread);
        return thread;
    }

    /** Interrupts the threads made for the module that are still alive. */
    void interrupt() {
        alive().forEach(Thread::interrupt);
    }

    /** Waits, through interrupts, until the threads made for the module have ended; false if the time passed first. */
    boolean awaitEnd(long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        boolean interrupted = false;
        boolean ended = true;
        for (Thread thread : alive()) {
            while (thread.isAlive() && ended) {
                long left = deadline - System.nanoTime();
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(left, 1));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                ended = left > 0 || !thread.isAlive();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    private List<Thread> alive() {
        synchronized (made) {
            return made.stream()
                    .filter(Thread::isAlive)
                    .filter(thread -> thread != Thread.currentThread())
                    .toList();
        }
    }

    /** Every live thread that has something to do with the module, and what. */
    List<Pin> pins() {
        List<Pin> pins = new ArrayList<>();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            String why = relation(entry.getKey(), entry.getValue());
            if (why != null) {
                pins.add(new Pin(Pin.Kind.THREAD, "thread \"" + entry.getKey().getName() + "\" " + why, null, 1));
            }
        }
        return pins;
    }

    private @Nullable String relation(Thread thread, StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (loaderName.equals(frame.getClassLoaderName())) {
                return "runs " + Stacks.text(frame);
            }
        }
        if (isModules(thread.getClass().getClassLoader())) {
            return "is a " + thread.getClass().getName();
        }
        if (isModules(thread.getContextClassLoader())) {
            return "has the module's context class loader";
        }
        if (made.contains(thread) || thread.getThreadGroup() == group) {
            return "was started for or by the module and is "
                    + (stack.length == 0 ? "starting" : "in " + Stacks.text(stack[0]));
        }
        return null;
    }

    /** By name: nothing in here refers to the loader. */
    private boolean isModules(@Nullable ClassLoader loader) {
        return loader != null && loaderName.equals(loader.getName());
    }

    /** Takes the group out of its parent, which before JDK 19 keeps it for ever otherwise. */
    @SuppressWarnings({"removal", "deprecation"})
    void dissolve() {
        awaitEnd(DISSOLVE_NS);
        try {
            if (!group.isDestroyed()) {
                group.destroy();
            }
        } catch (IllegalThreadStateException stillUsed) {
            // A thread of the group is alive; it stays, and the certificate names the thread.
        }
    }
}
