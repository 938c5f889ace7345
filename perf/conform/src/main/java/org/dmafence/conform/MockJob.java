package org.dmafence.conform;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceOps;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/** A job of a scenario, with what the mock hardware does with it. */
final class MockJob {
    /**
     * What handing a job out takes: little, but not nothing, or jobs that end at once would leave fairness nothing to
     * go by.
     */
    private static final long RUN_NS = 200;

    private final World world;
    private final String name;
    private final String mode;
    private final int error;
    private final long delayMs;
    private final @Nullable Integer newCredits;
    private final SchedulerJob job;
    private @Nullable DmaFence toPrepare;
    private int runs;

    /** The hardware fence of the latest run, and who can signal it. */
    private @Nullable DmaFence hardware;

    private @Nullable FenceContext issuer;

    /** @param job made by the entity, around this mock's work */
    MockJob(World world, Args args, SchedulerJob job) throws OracleException {
        this.world = world;
        this.job = job;
        name = args.text("job");
        mode = args.text("hw", "manual");
        error = args.integer("hw_error", 0);
        delayMs = args.number("hw_delay", 0);
        newCredits = args.has("new_credits") ? args.integer("new_credits") : null;
        toPrepare = args.has("prepare") ? world.fence(args, "prepare") : null;
    }

    String name() {
        return name;
    }

    SchedulerJob job() {
        return job;
    }

    int runs() {
        return runs;
    }

    @Nullable DmaFence hardware() {
        return hardware;
    }

    /** The fence that the driver has it wait for once, with a reference for the scheduler. */
    @Nullable DmaFence prepare() {
        DmaFence fence = toPrepare;
        toPrepare = null;
        return fence == null ? null : fence.retain();
    }

    int credits() {
        return newCredits == null ? job.credits() : newCredits;
    }

    void countRun() {
        runs++;
    }

    /** What {@code run_job} answers. */
    @Nullable DmaFence run(FenceContext context, LongSupplier seqno) {
        world.cpu().spendNs(RUN_NS);
        if (mode.equals("err") && error != 0) { // a pointer that says error 0 is a null pointer
            throw new FenceErrorException("run of " + name, FenceError.of(error));
        }
        boolean failed = job.finished().errno() != 0;
        if (mode.equals("err") || mode.equals("null") || (mode.equals("null_if_error") && failed)) {
            return null;
        }
        DmaFence fence = context.newFence(new Names(), seqno.getAsLong());
        hardware = fence.retain();
        issuer = context;
        world.nameFence(name + ".hw" + (runs == 1 ? "" : runs), fence);
        if (mode.equals("signaled")) {
            signal(error);
        } else if (mode.equals("delay")) {
            world.cpu().after(delayMs * World.MS + 1, () -> complete(fence));
        }
        return fence;
    }

    private void complete(DmaFence fence) {
        if (fence == hardware && !fence.isSignaled()) {
            world.emit(World.event("hw_complete").put("job", name));
            signal(fence, error);
        }
    }

    /** Signals the latest hardware fence; false if there is none or it had signalled. */
    boolean signal(int errno) {
        return hardware != null && signal(hardware, errno);
    }

    private boolean signal(DmaFence fence, int errno) {
        if (fence.isSignaled()) {
            return false;
        }
        FenceContext context = Objects.requireNonNull(issuer);
        if (errno != 0) {
            world.noteError(errno);
            context.setErrno(fence, errno);
        }
        context.signal(fence);
        return true;
    }

    /** The number by which the ring knows the job. */
    static RingJob work(int number) {
        return RingJob.external(number);
    }

    private final class Names extends FenceOps {
        Names() {
            super(Op.SET_DEADLINE);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "mock";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "hw";
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            world.emit(World.event("set_deadline")
                    .put("fence", world.name(fence))
                    .put("deadline", World.toMs(deadlineNs)));
        }
    }
}
