package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/** The ops that make schedulers, entities and jobs, and push them. */
final class SchedJobOps {
    /** How many schedulers and jobs a scenario has made, and which entities it has finished. */
    static final class Counts {
        final Set<SchedulerEntity> finished = new HashSet<>();
        private final List<SchedulerEntity> entities = new ArrayList<>();
        private int schedulers;
        private int jobs;
    }

    /**
     * An entity's name, which it has even if it could not be made.
     *
     * @param homeless whether it has no run queue, since its scheduler could not be made: the kernel only warns of that
     */
    record MockEntity(String name, @Nullable SchedulerEntity entity, boolean homeless) {
        SchedulerEntity made() {
            if (entity == null) {
                throw new Skipped(name);
            }
            return entity;
        }
    }

    private SchedJobOps() {}

    static void addTo(OpTable table) {
        table.add("drm_sched_policy", (world, args, result) -> {
            SchedulerPolicy policy = args.oneOf("value", SchedulerPolicy.FIFO);
            world.put("policy", policy);
            if (policy == SchedulerPolicy.RR) {
                world.noteFromHere(Note.ROUND_ROBIN);
            }
        });
        table.add("drm_sched_init", SchedJobOps::initScheduler);
        table.add("drm_sched_entity_init", SchedJobOps::initEntity);
        table.add(
                "guilty_set",
                (world, args, result) -> guilty(world, args.text("guilty")).set(args.flag("value")));
        table.add("drm_sched_job_init", SchedJobOps::initJob);
        table.add("drm_sched_job_add_dependency", SchedJobOps::addDependency);
        table.add(
                "drm_sched_job_add_resv_dependencies",
                (world, args, result) ->
                        ResvOps.addDependencies(world, args, job(world, args).job()));
        table.add(
                "job_dependencies",
                (world, args, result) -> job(world, args)
                        .job()
                        .dependencies()
                        .forEach(fence -> result.withArray("fences").add(world.name(fence))));
        table.add("drm_sched_job_arm", SchedJobOps::arm);
        table.add("drm_sched_entity_push_job", SchedJobOps::push);
        table.add("drm_sched_job_cleanup", SchedJobOps::cleanUp);
        table.add("hw_signal", SchedJobOps::signalHardware);
    }

    static Counts counts(World world) {
        Counts known = world.find(Counts.class, "");
        if (known != null) {
            return known;
        }
        Counts made = new Counts();
        world.put("", made);
        return made;
    }

    /** A scheduler; one that could not be made is skipped. */
    static MockScheduler scheduler(World world, String name) {
        MockScheduler scheduler = world.find(MockScheduler.class, name);
        if (scheduler == null) {
            throw new Skipped(name);
        }
        return scheduler;
    }

    /** Notes that an op asks about the fence of an entity's last job. */
    static void noteLast(World world, DmaFence fence) {
        Counts counts = world.find(Counts.class, "");
        if (counts != null && counts.entities.stream().anyMatch(entity -> entity.lastScheduled() == fence)) {
            world.note(Note.LAST_OF_ENTITY);
        }
    }

    static SchedulerEntity entity(World world, Args args) throws OracleException {
        return world.get(MockEntity.class, args.text("entity"), args).made();
    }

    static MockJob job(World world, Args args) throws OracleException {
        String name = args.text("job");
        MockJob job = world.find(MockJob.class, name);
        if (job == null) {
            throw new Skipped(name);
        }
        return job;
    }

    private static GuiltyFlag guilty(World world, String name) {
        GuiltyFlag known = world.find(GuiltyFlag.class, name);
        if (known != null) {
            return known;
        }
        GuiltyFlag made = new GuiltyFlag();
        world.put(name, made);
        return made;
    }

    /** Kernel functions answer misuse with a number, ours with an exception that has it. */
    private static boolean refused(ObjectNode result, SchedulerException e) {
        result.removeAll();
        result.put("ret", e.error().errno());
        return true;
    }

    private static void initScheduler(World world, Args args, ObjectNode result) throws OracleException {
        String name = args.text("sched");
        MockScheduler before = world.find(MockScheduler.class, name);
        if (before != null && !before.isFinished()) {
            return; // the kernel warns and leaves it as it is
        }
        Counts counts = counts(world);
        try {
            world.put(name, new MockScheduler(world, args, counts.schedulers++));
        } catch (SchedulerException e) {
            boolean unused = refused(result, e);
        }
    }

    static List<GpuScheduler> schedulers(World world, Args args) throws OracleException {
        List<GpuScheduler> schedulers = new ArrayList<>();
        if (!args.flag("null_list")) {
            for (String name : args.texts("scheds")) {
                schedulers.add(scheduler(world, name).scheduler());
            }
        }
        return schedulers;
    }

    private static boolean isMade(World world, String scheduler) {
        return world.find(MockScheduler.class, scheduler) != null;
    }

    private static void initEntity(World world, Args args, ObjectNode result) throws OracleException {
        String name = args.text("entity");
        SchedulerEntity entity = null;
        if (args.texts("scheds").stream().anyMatch(sched -> !isMade(world, sched))) {
            result.put("fence_context", world.runtime().allocateContexts(2));
            result.put(
                    "priority", args.oneOf("priority", SchedulerPriority.NORMAL).level());
            world.put(name, new MockEntity(name, null, true));
            return;
        }
        try {
            SchedulerEntity.Builder builder = SchedulerEntity.builder(name, schedulers(world, args))
                    .priority(args.oneOf("priority", SchedulerPriority.NORMAL));
            if (args.has("guilty")) {
                builder.guilty(guilty(world, args.text("guilty")));
            }
            entity = builder.build();
            counts(world).entities.add(entity);
            result.put("fence_context", entity.fenceContext());
            result.put("priority", entity.priority().level());
        } catch (SchedulerException e) {
            world.noteFromHere(Note.NO_SCHEDULER);
            boolean unused = refused(result, e);
        }
        world.put(name, new MockEntity(name, entity, false));
    }

    private static void initJob(World world, Args args, ObjectNode result) throws OracleException {
        if (world.get(MockEntity.class, args.text("entity"), args).homeless()) {
            result.put("ret", FenceError.ENOENT.errno());
            return;
        }
        SchedulerEntity entity = entity(world, args);
        try {
            SchedulerJob job = entity.newJob(
                    MockJob.work(++counts(world).jobs), args.integer("credits", 1), args.number("client_id", 0));
            world.put(args.text("job"), new MockJob(world, args, job));
        } catch (SchedulerException e) {
            boolean unused = refused(result, e);
        }
    }

    private static void addDependency(World world, Args args, ObjectNode result) throws OracleException {
        SchedulerJob job = job(world, args).job();
        if (job.isArmed()) {
            world.noteFromHere(Note.LATE_DEPENDENCY);
        } else {
            job.addDependency(world.fence(args, "fence"));
        }
    }

    private static void arm(World world, Args args, ObjectNode result) throws OracleException {
        MockJob mock = job(world, args);
        SchedulerJob job = mock.job().arm();
        String scheduler = job.scheduler().name();
        scheduler(world, scheduler).add(mock);
        job.finished().retain();
        world.nameFence(mock.name() + ".scheduled", job.scheduled());
        world.nameFence(mock.name() + ".finished", job.finished());
        result.put("sched", scheduler);
        result.put("seqno", job.finished().seqno());
        if (!world.isConcise()) {
            result.put("priority", job.priority().level());
            result.put("scheduled_context", job.scheduled().context());
            result.put("finished_context", job.finished().context());
        }
    }

    private static void push(World world, Args args, ObjectNode result) throws OracleException {
        SchedulerJob job = job(world, args).job();
        try {
            job.submittedBy(Thread.currentThread()).scheduler().push(job);
        } catch (SchedulerException e) {
            if (!e.error().equals(FenceError.ESRCH)) {
                throw e;
            }
            world.noteFromHere(Note.PUSHED_TO_KILLED);
        }
    }

    private static void cleanUp(World world, Args args, ObjectNode result) throws OracleException {
        SchedulerJob job = job(world, args).job();
        if (job.isArmed()) {
            world.noteFromHere(Note.ABANDONED);
            boolean unused = job.abandon(FenceError.ECANCELED);
        } else {
            job.cleanup();
        }
    }

    private static void signalHardware(World world, Args args, ObjectNode result) throws OracleException {
        MockJob job = job(world, args);
        DmaFence hardware = job.hardware();
        if (hardware == null) {
            throw new Skipped(job.name());
        }
        int before = Objects.requireNonNull(hardware).isSignaled() ? FenceError.EINVAL.errno() : 0;
        boolean unused = job.signal(args.integer("error", 0));
        result.put("ret", before);
    }
}
