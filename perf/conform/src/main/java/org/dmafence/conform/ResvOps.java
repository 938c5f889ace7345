package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.LockResult;
import org.dmafence.resv.LockedResvCursor;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvCursor;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sched.JobDependencies;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/** The ops on reservation objects; errors are lost where the kernel loses them. */
final class ResvOps {
    private static final List<ResvUsage> USAGES = List.of(ResvUsage.values());

    private ResvOps() {}

    /** An object of the scenario and the thread that holds its lock. */
    private static final class Held {
        final ReservationObject object;

        @Nullable LockThread holder;

        Held(ReservationObject object) {
            this.object = object;
        }

        /** Does what needs the lock. */
        void locked(Runnable what) {
            if (holder == null) {
                what.run(); // and be refused
            } else {
                holder.does(what);
            }
        }
    }

    static void addTo(OpTable table) {
        table.add(
                "dma_resv_init",
                (world, args, result) -> world.put(
                        args.text("resv"), new Held(ReservationObject.create(world.runtime(), ErrorPolicy.KERNEL))));
        table.add("dma_resv_fini", (world, args, result) -> object(world, args).close());
        addLocks(table);
        addChanges(table);
        addLooks(table);
    }

    private static void addLocks(OpTable table) {
        table.add(
                "ww_acquire_init", (world, args, result) -> world.put(args.text("ctx"), LockThread.withContext(world)));
        table.add("dma_resv_lock", ResvOps::lock);
        table.add("dma_resv_trylock", ResvOps::tryLock);
        table.add(
                "dma_resv_is_locked",
                (world, args, result) ->
                        result.put("ret", object(world, args).mutex().isLocked() ? 1 : 0));
        table.add("dma_resv_unlock", ResvOps::unlock);
    }

    private static void addChanges(OpTable table) {
        table.add("dma_resv_reserve_fences", ResvOps::reserve);
        table.add("dma_resv_add_fence", (world, args, result) -> {
            Held held = held(world, args);
            DmaFence fence = world.fence(args, "fence");
            ResvUsage usage = usage(args);
            held.locked(() -> held.object.add(fence, usage));
        });
        table.add("dma_resv_replace_fences", (world, args, result) -> {
            Held held = held(world, args);
            long context = args.number("context", 0);
            DmaFence fence = world.fence(args, "fence");
            ResvUsage usage = usage(args);
            held.locked(() -> held.object.replace(context, fence, usage));
        });
        table.add("dma_resv_copy_fences", (world, args, result) -> {
            Held held = held(world, args);
            ReservationObject source = world.get(Held.class, args.text("src"), args).object;
            held.locked(() -> held.object.copyFrom(source));
        });
        table.add("dma_resv_for_each_fence", (world, args, result) -> {
            Held held = held(world, args);
            ResvUsage usage = usage(args);
            ArrayNode fences = result.putArray("fences");
            held.locked(() -> {
                LockedResvCursor cursor = held.object.lockedCursor(usage);
                for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                    fences.addArray().add(world.name(fence)).add(USAGES.indexOf(cursor.usage()));
                }
            });
        });
    }

    private static void addLooks(OpTable table) {
        table.add("dma_resv_for_each_fence_unlocked", (world, args, result) -> {
            ArrayNode fences = result.putArray("fences");
            try (ResvCursor cursor = object(world, args).cursor(usage(args))) {
                for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                    if (cursor.isRestarted()) {
                        fences.removeAll();
                    }
                    fences.addArray().add(world.name(fence)).add(USAGES.indexOf(cursor.usage()));
                }
            }
        });
        table.add("dma_resv_get_fences", (world, args, result) -> {
            List<DmaFence> fences = object(world, args).pollFences(usage(args));
            result.put("num_fences", fences.size());
            ArrayNode names = result.putArray("fences");
            fences.forEach(fence -> names.add(world.name(fence)));
            fences.forEach(DmaFence::release);
        });
        table.add("dma_resv_get_singleton", (world, args, result) -> {
            DmaFence singleton = object(world, args).pollSingleton(usage(args));
            ContainerOps.putMerged(world, args, singleton, result);
        });
        table.add(
                "dma_resv_test_signaled",
                (world, args, result) -> result.put("ret", object(world, args).pollSignaled(usage(args)) ? 1 : 0));
        table.add("dma_resv_wait_timeout", (world, args, result) -> {
            ReservationObject object = object(world, args);
            WaitOps.putLeft(result, object.waitTimeout(usage(args), args.flag("intr"), WaitOps.timeoutNs(args)));
        });
        table.add(
                "dma_resv_set_deadline",
                (world, args, result) ->
                        object(world, args).setDeadline(usage(args), args.number("deadline", 0) * World.MS));
        table.add(
                "dma_resv_describe",
                (world, args, result) -> result.put("text", object(world, args).pollDescription()));
    }

    private static void lock(World world, Args args, ObjectNode result) throws OracleException {
        Held held = held(world, args);
        boolean withContext = args.has("ctx");
        LockThread thread = withContext ? world.get(LockThread.class, args.text("ctx"), args) : LockThread.start(world);
        LockResult answer = thread.answers(() -> {
            LockResult locked = held.object.mutex().lock(thread.context());
            if (locked == LockResult.LOCKED) {
                held.holder = thread;
            }
            return locked;
        });
        result.put(
                "ret",
                switch (answer) {
                    case LOCKED -> 0;
                    case ALREADY -> FenceError.EALREADY.errno();
                    case DEADLOCK -> FenceError.EDEADLK.errno();
                });
    }

    private static void tryLock(World world, Args args, ObjectNode result) throws OracleException {
        Held held = held(world, args);
        LockThread thread = LockThread.start(world);
        boolean locked = thread.answers(() -> held.object.mutex().tryLock());
        if (locked) {
            held.holder = thread;
        } else {
            thread.end();
        }
        result.put("ret", locked ? 1 : 0);
    }

    private static void unlock(World world, Args args, ObjectNode result) throws OracleException {
        Held held = held(world, args);
        LockThread holder = held.holder;
        if (holder == null) {
            held.object.mutex().unlock(); // and be refused
            return;
        }
        held.holder = null; // before the next one says that it holds it
        holder.does(() -> held.object.mutex().unlock());
        if (holder.context() == null) {
            holder.end();
        }
    }

    private static void reserve(World world, Args args, ObjectNode result) throws OracleException {
        Held held = held(world, args);
        int slots = args.integer("num_fences", 0);
        if (slots == 0) {
            world.emit(World.event("WARN").put("in", "dma_resv_reserve_fences"));
            result.put("ret", FenceError.EINVAL.errno());
        } else {
            held.locked(() -> held.object.reserve(slots));
        }
    }

    /** Makes a job wait for the fences of an object. */
    static void addDependencies(World world, Args args, SchedulerJob job) throws OracleException {
        Held held = held(world, args);
        ResvUsage usage = usage(args);
        held.locked(() -> JobDependencies.addReservation(job, held.object, usage));
    }

    private static Held held(World world, Args args) throws OracleException {
        return world.get(Held.class, args.text("resv"), args);
    }

    /** The object that an op names. */
    static ReservationObject object(World world, Args args) throws OracleException {
        return held(world, args).object;
    }

    /** The usage that an op names. */
    static ResvUsage usage(Args args) throws OracleException {
        int usage = args.integer("usage", 0);
        if (usage < 0 || usage >= USAGES.size()) {
            throw args.bad("usage", "a number from 0 to 3");
        }
        return USAGES.get(usage);
    }
}
