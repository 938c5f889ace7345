package org.dmafence.module;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmafence.fence.FenceLedger.Entry;
import org.jspecify.annotations.Nullable;

/** What is known of a driver that was released: how far it is gone, and what is in its way. */
final class LoaderProof {
    private static final int SUSPECTS = 4;

    private final LoadedModule module;
    /** What the unloading could not end. */
    private final List<Pin> stuck;

    LoaderProof(LoadedModule module, List<Pin> stuck) {
        this.module = module;
        this.stuck = stuck;
    }

    /**
     * How far it is gone.
     *
     * @param futile why nobody can tell, {@code null} if one can
     */
    ModuleState judge(@Nullable String futile) {
        if (module.watch().isCollected()) {
            return module.threads().anyLeft() ? ModuleState.LEAKED : ModuleState.COLLECTED;
        }
        return futile == null ? ModuleState.PINNED : ModuleState.UNPROVEN;
    }

    /** What is in the way. */
    List<Pin> pins(ModuleState reached, @Nullable String futile) {
        if (reached == ModuleState.COLLECTED) {
            return List.of();
        }
        List<Pin> pins = new ArrayList<>(stuck);
        pins.addAll(ofFences(module.ledger().unsignaled()));
        pins.addAll(module.threads().pins());
        if (reached == ModuleState.PINNED) {
            pins.addAll(VirtualThreads.pins(module.watch().name()));
            pins.add(new Pin(Pin.Kind.LOADER_REACHABLE, reachable(!pins.isEmpty()), null, 1));
        } else if (reached == ModuleState.UNPROVEN) {
            pins.add(new Pin(
                    Pin.Kind.UNPROVEN,
                    futile + ": whether anything holds the loader will be known when the JVM has collected its classes",
                    null,
                    1));
        }
        return pins;
    }

    /** What is known when nobody was found, and no more than that. */
    private String reachable(boolean explained) {
        if (explained) {
            return "because of the above, or of something that only a heap dump shows";
        }
        String running = Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey() != Thread.currentThread() && entry.getValue().length > 0)
                .filter(entry -> isSuspect(entry.getKey(), entry.getValue()[0]))
                .map(entry -> '"' + entry.getKey().getName() + '"')
                .sorted()
                .limit(SUSPECTS)
                .collect(Collectors.joining(", "));
        return "a collection that takes unreachable loaders left this one. Either something refers to an object of the driver's:"
                + " a static field, a thread local, a listener, a timer's task, an exception that was kept; a heap dump then shows the path to the"
                + " loader. Or a compiled method that runs has the driver's code inlined, which no heap dump shows and which ends"
                + " with that call"
                + (running.isEmpty() ? "; no thread runs that could" : "; look at the threads " + running);
    }

    /** One that runs Java code may run the driver's inlined; a timer's holds tasks that nobody else can see. */
    private static boolean isSuspect(Thread thread, StackTraceElement top) {
        return (thread.getState() == Thread.State.RUNNABLE && !top.isNativeMethod())
                || thread.getClass().getName().equals("java.util.TimerThread");
    }

    /** Fences grouped by what they keep and where they were made. */
    static List<Pin> ofFences(List<Entry> entries) {
        Map<String, Pin> groups = new TreeMap<>();
        for (Entry entry : entries) {
            if (!entry.fence().isSignaled()) {
                add(groups, Pin.Kind.FENCE_UNSIGNALED, "fence that has not signalled", entry.site());
            }
            if (entry.ops() != null) {
                add(groups, Pin.Kind.FENCE_OPS, "fence with ops " + entry.ops(), entry.site());
            }
            if (entry.lock()) {
                add(groups, Pin.Kind.FENCE_LOCK, "fence with a lock in the driver's memory", entry.site());
            }
        }
        return List.copyOf(groups.values());
    }

    private static void add(Map<String, Pin> groups, Pin.Kind kind, String what, String site) {
        Pin one = new Pin(kind, what, site.isEmpty() ? null : site, 1);
        groups.merge(kind + what + site, one, (a, b) -> new Pin(kind, what, a.site(), a.count() + b.count()));
    }
}
