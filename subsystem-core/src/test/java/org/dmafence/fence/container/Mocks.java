package org.dmafence.fence.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/** A runtime of a test's own with plain fences in it, the contexts that signal them, and what happened to them. */
final class Mocks {
    final List<String> reports = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final IdentityHashMap<DmaFence, FenceContext> contexts = new IdentityHashMap<>();

    /** An enabled fence of a context of its own, without optional ops, as in the kernel's suites. */
    DmaFence fence() {
        DmaFence fence = fence(runtime.allocateContexts(1), 1);
        fence.enableSignaling();
        return fence;
    }

    DmaFence fence(long contextId, long seqno) {
        return fence(contextId, seqno, new Table("f"));
    }

    /** A fence that logs what its ops are asked under a name. */
    Mock mock(String name, long contextId) {
        Table table = new Table(name, Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
        return new Mock(fence(contextId, 1, table), table);
    }

    private DmaFence fence(long contextId, long seqno, FenceOps ops) {
        FenceContext context = FenceContext.builder(runtime).id(contextId).build();
        DmaFence fence = context.newFence(ops, seqno);
        synchronized (contexts) {
            contexts.put(fence, context);
        }
        return fence;
    }

    /** A fence that this fixture does not hold; it is signalled by {@link #signalOwn}. */
    DmaFence unrecorded(long contextId, long seqno) {
        Table table = new Table("f");
        table.context = FenceContext.builder(runtime).id(contextId).build();
        return table.context.newFence(table, seqno);
    }

    static void signalOwn(DmaFence fence, FenceError error) {
        Table table = Objects.requireNonNull(fence.opsAs(Table.class), "a fence that has not signalled");
        Objects.requireNonNull(table.context, "one that was made to be signalled so")
                .signal(fence, error);
    }

    DmaFence[] fences(int count) {
        DmaFence[] made = new DmaFence[count];
        Arrays.setAll(made, i -> fence());
        return made;
    }

    FenceContext contextOf(DmaFence fence) {
        synchronized (contexts) {
            return Objects.requireNonNull(contexts.get(fence), "a fence of this fixture");
        }
    }

    void signal(DmaFence fence) {
        contextOf(fence).signal(fence);
    }

    void signal(DmaFence fence, FenceError error) {
        contextOf(fence).signal(fence, error);
    }

    /** A callback that writes its name into the log. */
    FenceCallback logging(String name) {
        return FenceCallback.of(fence -> log.add(name));
    }

    /** What unwrapping yields. */
    static List<DmaFence> unwrapped(DmaFence fence) {
        List<DmaFence> all = new ArrayList<>();
        try (FenceUnwrap unwrap = FenceUnwrap.of(fence)) {
            for (DmaFence each = unwrap.next(); each != null; each = unwrap.next()) {
                all.add(each);
            }
        }
        return all;
    }

    record Mock(DmaFence fence, Table table) {}

    final class Table extends FenceOps {
        private final String name;
        volatile boolean enables = true;
        volatile boolean done;

        @Nullable FenceContext context;

        Table(String name, Op... implemented) {
            super(implemented);
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "mock-driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "mock-timeline";
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            log.add("enable " + name);
            return enables;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return done;
        }

        @Override
        protected void release(DmaFence fence) {
            log.add("release " + name);
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            log.add("deadline " + name + " " + deadlineNs);
        }
    }
}
