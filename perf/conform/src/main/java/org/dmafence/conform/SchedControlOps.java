package org.dmafence.conform;

import java.util.List;
import java.util.function.Consumer;
import org.dmafence.fence.Parking;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerFlush;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.sched.SchedulerRecovery;

/** The ops that stop, reset and end schedulers and entities. */
final class SchedControlOps {
    /** How long the kernel flushes an entity that is destroyed, in ms. */
    private static final long FLUSH_MS = 1000;

    private SchedControlOps() {}

    static void addTo(OpTable table) {
        addRecovery(table);
        table.add("drm_sched_fini", (world, args, result) -> {
            MockScheduler scheduler = SchedJobOps.scheduler(world, args.text("sched"));
            if (scheduler.cancelsPending()) {
                world.note(Note.CANCELED_AT_FINI);
            }
            if (scheduler.fini() > 0) {
                world.noteFromHere(Note.TORN_DOWN);
            }
        });
        table.add("drm_sched_entity_set_priority", (world, args, result) -> {
            SchedulerEntity entity = SchedJobOps.entity(world, args);
            if (entity.scheduler().runQueues() > 1) {
                world.noteFromHere(Note.PRIORITY_CHANGED);
            }
            entity.scheduler().setPriority(entity, args.oneOf("priority", SchedulerPriority.NORMAL));
        });
        table.add("drm_sched_entity_modify_sched", (world, args, result) -> {
            List<GpuScheduler> schedulers = SchedJobOps.schedulers(world, args);
            if (schedulers.isEmpty()) {
                world.emit(World.event("WARN").put("in", "drm_sched_entity_modify_sched"));
            } else {
                SchedJobOps.entity(world, args).modifySchedulers(schedulers);
            }
        });
        table.add("drm_sched_entity_kill", (world, args, result) -> {
            SchedulerEntity entity = SchedJobOps.entity(world, args);
            entity.scheduler().kill(entity);
        });
        table.add("drm_sched_entity_fini", (world, args, result) -> {
            SchedulerEntity entity = SchedJobOps.entity(world, args);
            if (!SchedJobOps.counts(world).finished.add(entity)) {
                world.noteFromHere(Note.FINISHED_TWICE);
            }
            entity.scheduler().fini(entity);
        });
        table.add("drm_sched_entity_flush", (world, args, result) -> {
            long timeoutMs = args.number("timeout", FLUSH_MS);
            boolean exiting = args.flag("exiting");
            boolean killed = exiting && args.flag("sigkill");
            long leftMs = flush(world, SchedJobOps.entity(world, args), exiting ? timeoutMs : Long.MAX_VALUE, killed);
            result.put("ret", exiting ? leftMs : timeoutMs);
        });
        table.add("drm_sched_entity_destroy", (world, args, result) -> {
            SchedulerEntity entity = SchedJobOps.entity(world, args);
            long unused = flush(world, entity, Long.MAX_VALUE, false);
            entity.scheduler().fini(entity);
        });
    }

    private static void addRecovery(OpTable table) {
        control(table, "drm_sched_wqueue_stop", SchedulerRecovery::stopWork);
        control(table, "drm_sched_wqueue_start", SchedulerRecovery::startWork);
        table.add("drm_sched_resubmit_jobs", (world, args, result) -> {
            if (scheduler(world, args).isStopped()) {
                recovery(world, args).resubmit();
            } else {
                world.noteFromHere(Note.NOT_STOPPED);
            }
        });
        control(table, "drm_sched_fault", SchedulerRecovery::fault);
        control(table, "drm_sched_tdr_queue_imm", SchedulerRecovery::timeoutImmediately);
        control(table, "drm_sched_stop", recovery -> recovery.stop(null));
        table.add(
                "drm_sched_start",
                (world, args, result) -> recovery(world, args).start(MockScheduler.error(args.integer("errno", 0))));
        table.add(
                "drm_sched_wqueue_ready",
                (world, args, result) ->
                        result.put("ret", scheduler(world, args).isReady() ? 1 : 0));
        table.add(
                "drm_sched_is_stopped",
                (world, args, result) ->
                        result.put("ret", scheduler(world, args).isStopped() ? 1 : 0));
        table.add("drm_sched_suspend_timeout", (world, args, result) -> {
            long leftNs = recovery(world, args).suspendTimeout();
            WaitOps.putLeft(result, leftNs);
        });
        table.add(
                "drm_sched_resume_timeout",
                (world, args, result) ->
                        recovery(world, args).resumeTimeout(World.timeoutNs(args.number("remaining", 0))));
        table.add("drm_sched_increase_karma", (world, args, result) -> {
            SchedulerJob job = SchedJobOps.job(world, args).job();
            if (job.isFreed()) {
                throw new Skipped(args.text("job"));
            }
            job.scheduler().recovery().blame(job);
            result.put("karma", job.karma());
        });
    }

    private static void control(OpTable table, String name, Consumer<SchedulerRecovery> op) {
        table.add(name, (world, args, result) -> {
            try {
                op.accept(recovery(world, args));
            } catch (SchedulerException e) {
                result.put("ret", e.error().errno());
            }
        });
    }

    private static GpuScheduler scheduler(World world, Args args) throws OracleException {
        return SchedJobOps.scheduler(world, args.text("sched")).scheduler();
    }

    private static SchedulerRecovery recovery(World world, Args args) throws OracleException {
        return scheduler(world, args).recovery();
    }

    /**
     * Sleeps until an entity is idle.
     *
     * @return what is left of the time, in ms
     */
    private static long flush(World world, SchedulerEntity entity, long timeoutMs, boolean killed) {
        Parking parking = world.runtime().parking();
        Thread sleeper = Thread.currentThread();
        SchedulerFlush flush = entity.scheduler().flush(entity, sleeper, () -> parking.unpark(sleeper));
        long startNs = world.runtime().clock().nanoTime();
        long untilNs = timeoutMs == Long.MAX_VALUE ? Long.MAX_VALUE : startNs + timeoutMs * World.MS;
        long nowNs = startNs;
        while (!flush.isIdle() && nowNs < untilNs) {
            parking.parkNanos(flush, untilNs == Long.MAX_VALUE ? untilNs : untilNs - nowNs);
            nowNs = world.runtime().clock().nanoTime();
        }
        entity.scheduler().endFlush(flush, killed);
        return untilNs == Long.MAX_VALUE ? timeoutMs : World.leftMs(Math.max(0, untilNs - nowNs));
    }
}
