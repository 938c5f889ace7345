package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each op of a scenario does. */
final class OpTable {
    /** How one op is carried out. */
    @FunctionalInterface
    interface Handler {
        /**
         * Carries out an op on the real classes.
         *
         * @param result what the op returned goes in here; 0 may be left out
         * @throws OracleException if the arguments make no sense
         * @throws Skipped if an object was freed
         */
        void run(World world, Args args, ObjectNode result) throws OracleException;
    }

    private final Map<String, Handler> handlers = new HashMap<>();

    OpTable() {
        FenceCoreOps.addTo(this);
        FenceStateOps.addTo(this);
        WaitOps.addTo(this);
        ContainerOps.addTo(this);
        ModuleOps.addTo(this);
        ResvOps.addTo(this);
        SyncFileOps.addTo(this);
        SyncobjOps.addTo(this);
        SchedJobOps.addTo(this);
        SchedStateOps.addTo(this);
        SchedControlOps.addTo(this);
    }

    /** Enters an op. */
    void add(String name, Handler handler) {
        if (handlers.put(name, handler) != null) {
            throw new IllegalStateException("two handlers for the op " + name);
        }
    }

    /** How an op is carried out, {@code null} for one that we don't know. */
    @Nullable Handler find(String name) {
        return handlers.get(name);
    }
}
