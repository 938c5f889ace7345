package org.dmafence.resv;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;

/** A runtime of a test's own with fences in it, the contexts that signal them, and what their drivers were asked. */
final class ResvFixture {
    final List<String> reports = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final FenceRuntime runtime;
    private final IdentityHashMap<DmaFence, FenceContext> contexts = new IdentityHashMap<>();

    ResvFixture() {
        this(FenceRuntime.builder());
    }

    ResvFixture(FenceRuntime.Builder builder) {
        runtime = builder.reporter((kind, message, cause) -> reports.add(kind + " " + message))
                .build();
    }

    ReservationObject object() {
        return ReservationObject.create(runtime);
    }

    ReservationObject kernelObject() {
        return ReservationObject.create(runtime, ErrorPolicy.KERNEL);
    }

    DmaFence fence(long contextId, long seqno) {
        return mock("f" + contextId + "." + seqno, contextId, seqno).fence();
    }

    /** A fence that logs what its ops are asked, and answers polls as told. */
    Mock mock(String name, long contextId, long seqno) {
        Table table = new Table(name, Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
        FenceContext context = FenceContext.builder(runtime).id(contextId).build();
        DmaFence fence = context.newFence(table, seqno);
        synchronized (contexts) {
            contexts.put(fence, context);
        }
        return new Mock(fence, table);
    }

    void signal(DmaFence fence) {
        contextOf(fence).signal(fence);
    }

    void signal(DmaFence fence, FenceError error) {
        contextOf(fence).signal(fence, error);
    }

    private FenceContext contextOf(DmaFence fence) {
        synchronized (contexts) {
            return Objects.requireNonNull(contexts.get(fence), "a fence of this fixture");
        }
    }

    /** Locks, reserves, adds, unlocks. */
    static void add(ReservationObject object, ResvUsage usage, DmaFence... fences) {
        locked(object, () -> {
            object.reserve(fences.length);
            for (DmaFence fence : fences) {
                object.add(fence, usage);
            }
        });
    }

    static void locked(ReservationObject object, Runnable body) {
        object.mutex().lock();
        try {
            body.run();
        } finally {
            object.mutex().unlock();
        }
    }

    /** What is in the list, signalled or not, such as {@code f1.1 WRITE}. */
    static List<String> listed(ReservationObject object, ResvUsage usage) {
        List<String> all = new ArrayList<>();
        locked(object, () -> {
            LockedResvCursor cursor = object.lockedCursor(usage);
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                all.add(name(fence) + " " + cursor.usage());
            }
        });
        return all;
    }

    static List<String> listed(ReservationObject object) {
        return listed(object, ResvUsage.BOOKKEEP);
    }

    /** What an unlocked cursor sees. */
    static List<String> seen(ReservationObject object, ResvUsage usage) {
        List<String> all = new ArrayList<>();
        try (ResvCursor cursor = object.cursor(usage)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                all.add(name(fence) + " " + cursor.usage());
            }
        }
        return all;
    }

    static String name(DmaFence fence) {
        return "f" + fence.context() + "." + fence.seqno();
    }

    record Mock(DmaFence fence, Table table) {}

    final class Table extends FenceOps {
        private final String name;
        volatile boolean done;
        volatile Runnable onPoll = () -> {};

        Table(String name, Op... implemented) {
            super(implemented);
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "mock";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "tl" + fence.context();
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            log.add("enable " + name);
            return true;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            log.add("poll " + name);
            onPoll.run();
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
