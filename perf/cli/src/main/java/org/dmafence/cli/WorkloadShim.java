package org.dmafence.cli;

import java.util.ArrayList;
import org.dmafence.compare.FairnessReport;
import org.dmafence.compare.JobCounts;
import org.dmafence.compare.ShimReport;
import org.dmafence.compare.WorkloadReport;
import org.dmafence.driver.IssuerTable;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerTraceListener;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.workload.Workload;
import org.dmafence.workload.WorkloadRun;
import org.jspecify.annotations.Nullable;

/** One shim under virtual time: loads its driver from its jar, and runs workloads on its rings. */
final class WorkloadShim implements AutoCloseable {
    private final Shim shim;
    private final ReportCounter reporter;
    private final VirtualCpu cpu;
    private final FenceRuntime runtime;
    private final Modules modules;
    private final LoadedModule module;
    private final IssuerTable issuer;

    WorkloadShim(Shim shim, ReportCounter reporter) throws Exception {
        this.shim = shim;
        this.reporter = reporter;
        cpu = VirtualCpu.create();
        runtime = cpu.runtimeBuilder().reporter(reporter).build();
        modules = Modules.create(runtime, ModuleSettings.defaults());
        module = modules.insmod(shim.driver().jar(), shim.driver().info().name());
        issuer = shim.issuerOf(module.issuers());
    }

    /** The clock that runs are on. */
    FenceRuntime runtime() {
        return runtime;
    }

    WorkloadReport.Run run(
            Workload workload, SchedulerPolicy policy, long seed, @Nullable SchedulerTraceListener trace) {
        long reportedBefore = reporter.count();
        long createdBefore = module.ledger().created();
        long signaledBefore = module.ledger().signaled();
        WorkloadRun run = WorkloadRun.of(
                workload,
                policy,
                seed,
                cpu,
                runtime,
                module.openRing(WorkloadRun.ringFor(workload, issuer.name())),
                trace);
        JobCounts jobs = new JobCounts(
                run.submitted(),
                run.ran(),
                run.finished(),
                run.failed(),
                run.timeouts().isEmpty() ? run.failed() : 0,
                0);
        ShimReport.Fences fences = new ShimReport.Fences(
                module.ledger().created() - createdBefore,
                module.ledger().signaled() - signaledBefore,
                module.ledger().unsignaledCount());
        return new WorkloadReport.Run(
                workload.name(),
                PolicyOption.name(policy),
                shim.name(),
                shim.driver().info().name(),
                issuer.name(),
                jobs,
                fences,
                jobs.conserved() && fences.left() == 0,
                FairnessReport.of(run.service(), workload),
                new ArrayList<>(run.timeouts()),
                reporter.count() - reportedBefore);
    }

    /** Unloads the driver without waiting for proof; what is compared here is the time before. */
    @Override
    public void close() {
        module.rmmod(UnloadPolicy.forced().withDrainTimeoutNs(0).withCollectTimeoutNs(0));
        modules.close();
        cpu.close();
    }
}
