package org.dmafence.sched;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/** Settings of a scheduler. Kernel counterpart: {@code struct drm_sched_init_args}. */
public final class GpuSchedulerBuilder {
    final FenceRuntime runtime;
    final String device;
    final String name;
    final SchedulerPort port;
    SchedulerPolicy policy = SchedulerPolicy.FIFO;
    int priorities = SchedulerPriority.COUNT;
    int creditLimit = 1;
    long timeoutNs = Long.MAX_VALUE;
    int hangLimit;
    AtomicInteger score = new AtomicInteger();

    @Nullable SchedulerTraceListener trace;

    GpuSchedulerBuilder(FenceRuntime runtime, String device, String name, SchedulerPort port) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.device = Objects.requireNonNull(device, "device");
        this.name = Objects.requireNonNull(name, "name");
        this.port = Objects.requireNonNull(port, "port");
    }

    /** Whose turn it is; {@link SchedulerPolicy#FIFO} by default. */
    public GpuSchedulerBuilder policy(SchedulerPolicy schedulerPolicy) {
        policy = Objects.requireNonNull(schedulerPolicy, "schedulerPolicy");
        return this;
    }

    /**
     * How many priorities there are, from {@link SchedulerPriority#KERNEL} downward; all by default. Entities of a
     * lower priority get the lowest there is.
     *
     * @throws SchedulerException {@code EINVAL} for none or more than all
     */
    public GpuSchedulerBuilder priorities(int count) {
        if (count < 1 || count > SchedulerPriority.COUNT) {
            throw refused(count + " priorities; use 1 to " + SchedulerPriority.COUNT);
        }
        priorities = count;
        return this;
    }

    /**
     * How many credits may be on the hardware at a time; 1 by default.
     *
     * @throws SchedulerException {@code EINVAL} if it is not positive
     */
    public GpuSchedulerBuilder creditLimit(int limit) {
        if (limit <= 0) {
            throw refused(limit + " credits; allow at least 1");
        }
        creditLimit = limit;
        return this;
    }

    /**
     * How long the hardware may take for a job before its driver is asked; for ever by default.
     *
     * @throws SchedulerException {@code EINVAL} if it is negative
     */
    public GpuSchedulerBuilder timeout(long timeout, TimeUnit unit) {
        if (timeout < 0) {
            throw refused("a timeout of " + timeout + "; use 0 or more");
        }
        timeoutNs = unit.toNanos(timeout);
        return this;
    }

    /** How often a job may be blamed for a hang and run again before its entity's jobs are given up; 0 by default. */
    public GpuSchedulerBuilder hangLimit(int limit) {
        hangLimit = limit;
        return this;
    }

    /** A score shared with schedulers of the same hardware; each counts for itself by default. */
    public GpuSchedulerBuilder score(AtomicInteger shared) {
        score = Objects.requireNonNull(shared, "shared");
        return this;
    }

    /** Who gets the trace events; nobody by default. */
    public GpuSchedulerBuilder trace(SchedulerTraceListener listener) {
        trace = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /** Makes the scheduler. Kernel counterpart: {@code drm_sched_init()}. */
    public GpuScheduler build() {
        return new GpuScheduler(this);
    }

    private SchedulerException refused(String problem) {
        return new SchedulerException(FenceError.EINVAL, "scheduler " + name + " with " + problem);
    }
}
