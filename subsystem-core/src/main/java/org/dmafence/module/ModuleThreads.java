package org.dmafence.module;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.dmafence.concurrent.Uninterruptibly;
import org.dmafence.foreign.Stacks;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one module: those made for it, which inherit nothing that could outlive the module, and those that its
 * code started by itself, which are found by their thread group, their frames, their class or their context class
 * loader.
 */
final class ModuleThreads {
    /** How long threads that are as good as gone may take to leave the group. */
    private static final long DISSOLVE_NS = 10_000_000;

    /** The JDK's own thread for time-outs of futures: the first thread to need one starts it, in its own group. */
    private static final String DELAYER = "CompletableFutureDelayScheduler";

    /** The same from JDK 25 on. */
    private static final String DELAYER_CLASS = "java.util.concurrent.DelayScheduler";

    private final String module;
    private final LoaderWatch loader;

    /**
     * Threads and pools that driver code makes land in the group of the thread that makes them, so they are found in
     * here.
     */
    private final ThreadGroup group;

    private final Set<Thread> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final EngineThreads engines;

    /** Those that were there before the module, in places where its own may land too. */
    private final Set<Thread> older = Collections.newSetFromMap(new WeakHashMap<>());

    ModuleThreads(String module, LoaderWatch loader, EngineThreads engines) {
        this.module = module;
        this.loader = loader;
        this.engines = engines;
        group = new ThreadGroup(rootGroup(), "dmafence-" + module);
        older.addAll(engines.strays());
        older.addAll(threadsOf(rootGroup(), false));
    }

    static ThreadGroup rootGroup() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = root.getParent(); parent != null; parent = root.getParent()) {
            root = parent;
        }
        return root;
    }

    /**
     * A daemon thread for an engine of the module's, not started. It is the engine's and never counts as a survivor.
     */
    Thread newEngineThread(String name, Runnable body) {
        return engines.newThread(name, body);
    }

    /** A daemon thread of the module's, not started. */
    Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(group, body, "dmafence-" + module + "-" + name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ModuleThreads.class.getClassLoader());
        made.add(thread);
        return thread;
    }

    /**
     * Interrupts the threads made for the module that are still alive. Those it started itself may belong to somebody's
     * pool.
     */
    void interrupt() {
        madeAlive().forEach(Thread::interrupt);
    }

    /** Waits, through interrupts, until the threads made for the module have ended; false if the time passed first. */
    boolean awaitEnd(long timeoutNs) {
        return awaitEnd(madeAlive(), timeoutNs);
    }

    /** As {@link #awaitEnd} for all threads that there are in consequence of the module. */
    boolean awaitNoneLeft(long timeoutNs) {
        return awaitEnd(alive(), timeoutNs);
    }

    private static boolean awaitEnd(Collection<Thread> threads, long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        return threads.stream().allMatch(thread -> Uninterruptibly.join(thread, deadline - System.nanoTime()));
    }

    private List<Thread> madeAlive() {
        synchronized (made) {
            return made.stream()
                    .filter(Thread::isAlive)
                    .filter(thread -> thread != Thread.currentThread())
                    .toList();
        }
    }

    /**
     * Those made for the module, those in its group and those its rings made, but for the JDK's own that it happened to
     * start.
     */
    private Set<Thread> alive() {
        Set<Thread> alive = new LinkedHashSet<>(madeAlive());
        threadsOf(group, true).stream()
                .filter(thread -> thread != Thread.currentThread() && thread.isAlive())
                .filter(thread -> !isJdks(thread))
                .forEach(alive::add);
        engines.strays().stream()
                .filter(thread -> !isOlder(thread) && !isJdks(thread) && !isLibrarys(thread))
                .forEach(alive::add);
        return alive;
    }

    private boolean isOlder(Thread thread) {
        synchronized (older) {
            return older.contains(thread);
        }
    }

    /** Of a class of the host's: an engine that tells an actor something may start a worker of the actors' pool. */
    private boolean isLibrarys(Thread thread) {
        ClassLoader its = thread.getClass().getClassLoader();
        return its != null && its != ClassLoader.getPlatformClassLoader() && !loader.isOrBeneath(its);
    }

    /**
     * Threads that began since the module was loaded, of which nobody can tell whose they are: code that runs on
     * threads that all drivers share, those of RCU and of the schedulers, makes its own in the root group, as some of
     * the JDK does.
     */
    List<String> unattributed() {
        return threadsOf(rootGroup(), false).stream()
                .filter(thread -> thread.isAlive() && !(thread instanceof RcuThread) && !isOlder(thread))
                .filter(thread -> !made.contains(thread) && !isJdks(thread) && !isLibrarys(thread))
                .filter(thread -> thread.getStackTrace().length > 0) // the virtual machine's own run no Java code
                .map(Thread::getName)
                .toList();
    }

    static List<Thread> threadsOf(ThreadGroup group, boolean groupsBeneath) {
        Thread[] found = new Thread[group.activeCount() + 8];
        int count = group.enumerate(found, groupsBeneath);
        while (count == found.length) {
            found = new Thread[found.length * 2];
            count = group.enumerate(found, groupsBeneath);
        }
        return List.of(Arrays.copyOf(found, count));
    }

    private static boolean isJdks(Thread thread) {
        return thread.getName().equals(DELAYER)
                || thread.getClass().getName().equals(DELAYER_CLASS)
                || (thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool());
    }

    /**
     * Finds those of the module's that are in no group of its: the callback threads of RCU domains that its code made.
     */
    void adopt() {
        for (Thread thread : threadsOf(group.getParent(), false)) {
            if (thread instanceof RcuThread rcu && loader.name().equals(rcu.driver())) {
                made.add(thread);
            }
        }
    }

    /** Whether threads are left that were started for or by the module. */
    boolean anyLeft() {
        return !alive().isEmpty();
    }

    /** Every live thread that has something to do with the module, and what. */
    List<Pin> pins() {
        List<Pin> pins = new ArrayList<>();
        Set<Thread> ours = alive();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            String why = relation(entry.getKey(), entry.getValue(), ours);
            if (why != null) {
                pins.add(new Pin(Pin.Kind.THREAD, "thread \"" + entry.getKey().getName() + "\" " + why, null, 1));
            }
        }
        return pins;
    }

    private @Nullable String relation(Thread thread, StackTraceElement[] stack, Set<Thread> ours) {
        for (StackTraceElement frame : stack) {
            if (loader.name().equals(frame.getClassLoaderName())) {
                return "runs " + Stacks.text(frame);
            }
        }
        if (loader.isOrBeneath(thread.getClass().getClassLoader())) {
            return "is a " + thread.getClass().getName();
        }
        if (loader.isOrBeneath(thread.getContextClassLoader())) {
            return "has the module's context class loader";
        }
        if (thread instanceof RcuThread rcu && loader.name().equals(rcu.driver())) {
            return "is the callback thread of an RCU domain that the module made and did not close";
        }
        if (ours.contains(thread)) {
            return "was started for or by the module, lives on, and is "
                    + (stack.length == 0 ? "starting" : "in " + Stacks.text(stack[0]));
        }
        return null;
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
            group.setDaemon(true); // goes with its last thread, which the certificate names
        }
    }
}
