package org.dmafence.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fairness.ClientService;
import org.dmafence.fairness.ServiceLog;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.GpuSchedulerBuilder;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerTraceListener;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.workload.Workload.Client;
import org.jspecify.annotations.Nullable;

/**
 * A workload on one ring under one policy, from the first submission to the end of the last job. One thread uses it.
 */
public final class WorkloadRun implements SimulatedClient.World {
    /** The device and the name that rings get here. */
    private static final String DEVICE = "card0";

    private static final String RING = "gfx";

    /**
     * The driver was asked about a job.
     *
     * @param atNs since the beginning of the run
     * @param client whose job it was
     * @param jobId the job's number in the run
     * @param sinceSubmitNs how long after its submission
     */
    public record Timeout(long atNs, String client, long jobId, long sinceSubmitNs) {}

    /** A submitted job, and how long the hardware will work on it. */
    private record Unfinished(ServiceLog.Job service, long durationNs) {}

    private final Workload workload;
    private final long seed;
    private final long startNs;
    private final VirtualHost host;
    private final GpuScheduler scheduler;
    private final ServiceLog log;
    private final List<SchedulerEntity> entities = new ArrayList<>();
    private final Long2ObjectHashMap<Unfinished> unfinished = new Long2ObjectHashMap<>();
    private final List<Timeout> timeouts = new ArrayList<>();
    private long submitted;
    private long run;
    private long finished;
    private long failed;

    private WorkloadRun(
            Workload workload,
            SchedulerPolicy policy,
            long seed,
            VirtualCpu cpu,
            FenceRuntime runtime,
            HardwareRing ring,
            @Nullable SchedulerTraceListener trace) {
        this.workload = workload;
        this.seed = seed;
        startNs = cpu.clock().nanoTime();
        log = new ServiceLog(workload.clients().size());
        host = new VirtualHost(cpu, ring, this::ran, this::timedOut);
        GpuSchedulerBuilder builder = GpuScheduler.builder(
                        runtime, ring.spec().device(), ring.spec().name(), host)
                .policy(policy)
                .creditLimit(workload.credits())
                .timeout(workload.timeoutNs(), TimeUnit.NANOSECONDS);
        if (trace != null) {
            builder.trace(trace);
        }
        scheduler = builder.build();
        host.connect(scheduler);
    }

    /** The ring that a workload needs, with fences of one of the driver's ops tables. */
    public static RingSpec ringFor(Workload workload, String issuer) {
        return new RingSpec(DEVICE, RING, issuer, Integer.highestOneBit(workload.credits()) * 4);
    }

    /**
     * Runs a workload to its end.
     *
     * @param cpu whose clock is moved
     * @param runtime of that CPU, and of the ring's driver
     * @param ring of a loaded driver
     * @param trace who gets the scheduler's trace events
     */
    public static WorkloadRun of(
            Workload workload,
            SchedulerPolicy policy,
            long seed,
            VirtualCpu cpu,
            FenceRuntime runtime,
            HardwareRing ring,
            @Nullable SchedulerTraceListener trace) {
        WorkloadRun run = new WorkloadRun(workload, policy, seed, cpu, runtime, ring, trace);
        run.run();
        return run;
    }

    private void run() {
        List<SimulatedClient> clients = new ArrayList<>();
        for (Client client : workload.clients()) {
            int number = clients.size() + 1;
            entities.add(SchedulerEntity.builder(client.name(), List.of(scheduler))
                    .priority(client.priority())
                    .build());
            ClientService unused = log.client(number, client.name());
            clients.add(new SimulatedClient(client, number, seed, this));
        }
        clients.forEach(SimulatedClient::start);
        host.runUntil(startNs + workload.runNs());
        log.close(host.nowNs());
        clients.forEach(SimulatedClient::stop);
        host.dismissClients();
        host.runUntilIdle(() -> finished + failed == submitted);
        scheduler.tearDown(null);
    }

    // ---- the clients' world -------------------------------------------------------------------------------------

    @Override
    public long nowNs() {
        return host.nowNs();
    }

    @Override
    public void at(long atNs, Runnable action) {
        host.at(atNs, action);
    }

    @Override
    public void submit(SimulatedClient client, long durationNs, Runnable whenEnded) {
        SchedulerEntity entity = entities.get(client.number() - 1);
        ServiceLog.Job service =
                log.submitted(log.client(client.number(), client.settings().name()), scheduler, nowNs());
        long id = ++submitted;
        unfinished.put(id, new Unfinished(service, durationNs));
        SchedulerJob job = entity.newJob(RingJob.external(id), 1, client.number());
        job.arm();
        DmaFence done = job.finished();
        boolean pending = done.addCallback(FenceCallback.of(fence -> {
            unfinished.remove(id);
            ended(service, fence.error() == null);
            whenEnded.run();
        }));
        if (!pending) {
            throw new IllegalStateException(job + " ended before it was pushed");
        }
        scheduler.push(job);
    }

    private long ran(SchedulerJob job) {
        run++;
        Unfinished taken = unfinished.get(job.work().id());
        log.ran(taken.service, nowNs());
        return taken.durationNs;
    }

    private void ended(ServiceLog.Job service, boolean good) {
        log.ended(service, good, nowNs());
        if (good) {
            finished++;
        } else {
            failed++;
        }
    }

    private void timedOut(JobTimeout timeout) {
        SchedulerJob job = timeout.job();
        timeouts.add(
                new Timeout(nowNs() - startNs, job.entity().client(), job.work().id(), nowNs() - job.submittedNs()));
    }

    // ---- what came of it ----------------------------------------------------------------------------------------

    /** What each client got while all of them submitted. */
    public ServiceLog service() {
        return log;
    }

    /** The timeouts, in their order, those after the clients stopped included. */
    public List<Timeout> timeouts() {
        return List.copyOf(timeouts);
    }

    /** How many jobs were submitted. */
    public long submitted() {
        return submitted;
    }

    /** How many jobs the ring got. */
    public long ran() {
        return run;
    }

    /** How many jobs ended well. */
    public long finished() {
        return finished;
    }

    /** How many jobs ended with an error. */
    public long failed() {
        return failed;
    }
}
