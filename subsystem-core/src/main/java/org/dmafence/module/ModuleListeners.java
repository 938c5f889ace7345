package org.dmafence.module;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.LockdepReporter;
import org.dmafence.trace.FenceTrace;
import org.dmafence.trace.FenceTraceListener;

/** What our own lists hold of a driver that leaves: they would call it when it has gone, and keep it for ever. */
final class ModuleListeners {
    private final LoadedModule module;
    private final List<Pin> cut = new ArrayList<>();

    private ModuleListeners(LoadedModule module) {
        this.module = module;
    }

    /** Takes them out; what they were. */
    static List<Pin> cut(LoadedModule module) {
        ModuleListeners listeners = new ModuleListeners(module);
        Set<FenceTrace> traces = new LinkedHashSet<>(
                List.of(module.runtime().trace(), FenceRuntime.system().trace())); // often the same
        traces.forEach(listeners::cutFrom);
        listeners.cutReporter();
        module.ledger().withdrawStrays().forEach(listeners::add);
        return listeners.cut;
    }

    private void cutFrom(FenceTrace trace) {
        for (FenceTraceListener listener : trace.listeners()) {
            if (isModules(listener)) {
                trace.removeListener(listener);
                add("trace listener " + listener.getClass().getName());
            }
        }
    }

    private void cutReporter() {
        LockdepReporter reporter = Lockdep.reporter();
        if (isModules(reporter)) {
            Lockdep.reportTo(LockdepReporter.logging());
            add("lockdep reporter " + reporter.getClass().getName());
        }
    }

    private boolean isModules(Object listener) {
        return module.watch().isOrBeneath(listener.getClass().getClassLoader());
    }

    private void add(String what) {
        // The number of a hidden class says nothing and is another one each time.
        cut.add(new Pin(Pin.Kind.LISTENER, what.replaceAll("(\\$\\$Lambda)[^ ]*", "$1"), null, 1));
    }
}
