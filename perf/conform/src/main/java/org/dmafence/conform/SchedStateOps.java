package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.conform.SchedJobOps.MockEntity;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/** The ops that ask how schedulers, entities and jobs stand. */
final class SchedStateOps {
    private SchedStateOps() {}

    static void addTo(OpTable table) {
        table.add("job_state", SchedStateOps::job);
        table.add("entity_state", SchedStateOps::entity);
        table.add(
                "sched_state",
                (world, args, result) ->
                        SchedJobOps.scheduler(world, args.text("sched")).putState(result));
        table.add("entity_fair_state", SchedStateOps::fairEntity);
        table.add("sched_fair_state", SchedStateOps::fairScheduler);
        table.add(
                "drm_sched_entity_error",
                (world, args, result) ->
                        result.put("ret", errno(SchedJobOps.entity(world, args).error())));
    }

    private static int errno(@Nullable FenceError error) {
        return error == null ? 0 : error.errno();
    }

    private static void job(World world, Args args, ObjectNode result) throws OracleException {
        MockJob mock = SchedJobOps.job(world, args);
        SchedulerJob job = mock.job();
        DmaFence parent = job.isArmed() ? job.fence().parent() : null;
        result.put("runs", mock.runs());
        result.put("freed", job.isFreed() ? 1 : 0);
        result.put("karma", job.isFreed() ? -1 : job.karma());
        result.put("scheduled_signaled", job.isArmed() && job.scheduled().isSignaled() ? 1 : 0);
        result.put("finished_signaled", job.isArmed() && job.finished().isSignaled() ? 1 : 0);
        result.put("finished_error", job.isArmed() ? job.finished().errno() : 0);
        result.put("parent", world.name(parent));
    }

    private static void entity(World world, Args args, ObjectNode result) throws OracleException {
        SchedulerEntity entity =
                world.get(MockEntity.class, args.text("entity"), args).entity();
        if (entity == null) {
            result.put("sched", "null").put("dependency", "null").put("last_scheduled", "null");
            result.put("guilty", "-1");
            return;
        }
        GuiltyFlag guilty = entity.guilty();
        result.put("queued", entity.queued());
        result.put("stopped", entity.isKilled() ? 1 : 0);
        result.put("priority", entity.priority().level());
        result.put(
                "sched", SchedJobOps.scheduler(world, entity.scheduler().name()).name());
        result.put("error", errno(entity.error()));
        result.put("dependency", world.name(entity.dependency()));
        result.put("last_scheduled", world.name(entity.lastScheduled()));
        result.put("guilty", guilty == null ? "-1" : guilty.isGuilty() ? "1" : "0");
        result.put("idle", 1); // a host's step is over before the next op
    }

    private static void fairEntity(World world, Args args, ObjectNode result) throws OracleException {
        SchedulerEntity entity = SchedJobOps.entity(world, args);
        result.put("runtime_us", entity.stats().runtimeNs() / 1000);
        result.put("vruntime_us", entity.stats().vruntimeNs() / 1000);
        result.put("vruntime_ns", entity.stats().vruntimeNs());
        result.put("avg_job_us", entity.stats().averageJobUs());
    }

    private static void fairScheduler(World world, Args args, ObjectNode result) throws OracleException {
        GpuScheduler scheduler =
                SchedJobOps.scheduler(world, args.text("sched")).scheduler();
        SchedulerPriority head = scheduler.headPriority();
        result.put("num_rqs", scheduler.runQueues());
        result.put("num_user_rqs", scheduler.priorities());
        result.put("avg_job_us", scheduler.averageJobUs());
        result.put("head_prio", head == null ? -1 : head.level());
    }
}
