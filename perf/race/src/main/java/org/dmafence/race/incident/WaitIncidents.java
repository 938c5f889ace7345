package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** Parties that wait for each other, through a lock and a fence. */
final class WaitIncidents {
    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "kill-jobs-dependencies",
                    "a fence's callback that takes the lock of a job's dependencies, on the processor that holds it",
                    "What does an interrupt wait for?",
                    "Mesa issue 13908; Linux 6.2 until Nov 2025",
                    WaitIncidents::dependencies),
            Incidents.incident(
                    "kill-jobs-fence-lock",
                    "a fence's callback that adds itself to the next fence of the same lock",
                    "Would an interrupt-safe lock have been enough?",
                    "the review of the first fix, Nov 2025",
                    WaitIncidents::fenceLock),
            Incidents.incident(
                    "msm-shrinker",
                    "who allocates under a lock, while a job needs the lock and reclaim waits for the job",
                    "What may an allocation wait for?",
                    "msm, before 7.1 (Apr 2026)",
                    WaitIncidents::shrinker));

    private WaitIncidents() {}

    /** An interrupt takes its processor away from the task until it returns. */
    private static void dependencies(Model model, boolean fixed) {
        Var xaLock = model.lock("xa_lock");
        Var fenceLock = model.lock("fence->lock");
        Var processor = model.shared("processor 0", 0, "the task's", "the interrupt's");
        Var work = model.shared("work", 0, "none", "queued");
        Party task = model.party("task on processor 0");
        task.lock(xaLock);
        task.act("adds a dependency, interrupts enabled", now -> {});
        Reg unused = task.await("goes on, not interrupted", processor, p -> p == 0);
        task.unlock(xaLock);
        Party interrupt = model.party("interrupt on processor 0");
        interrupt.changeFully("interrupts the task", processor, (p, now) -> 1);
        interrupt.lock(fenceLock);
        if (fixed) {
            queue(interrupt, work);
        } else {
            takeNext(interrupt, xaLock);
        }
        interrupt.unlock(fenceLock);
        interrupt.store(processor, 0, Mode.RELEASE);
        if (fixed) {
            takeNext(worker(model, work), xaLock);
        }
    }

    private static void takeNext(Party party, Var xaLock) {
        party.act("drm_sched_entity_kill_jobs_cb()", now -> {});
        party.lock(xaLock);
        party.act("takes the next dependency", now -> {});
        party.unlock(xaLock);
    }

    /** Both fences are of one ring, and so of one lock. */
    private static void fenceLock(Model model, boolean fixed) {
        Var lock = model.lock("the ring's fence lock");
        Var work = model.shared("work", 0, "none", "queued");
        Party interrupt = model.party("interrupt");
        interrupt.act("signals fence 1", now -> {});
        interrupt.lock(lock);
        if (fixed) {
            queue(interrupt, work);
        } else {
            addToNext(interrupt, lock);
        }
        interrupt.unlock(lock);
        if (fixed) {
            addToNext(worker(model, work), lock);
        }
    }

    private static void addToNext(Party party, Var lock) {
        party.act("adds itself to fence 2", now -> {});
        party.lock(lock);
        party.unlock(lock);
    }

    private static void queue(Party party, Var work) {
        party.store(work, 1, Mode.RELEASE);
    }

    private static Party worker(Model model, Var work) {
        Party worker = model.party("worker");
        Reg unused = worker.await("is queued", work, w -> w == 1);
        return worker;
    }

    private static void shrinker(Model model, boolean fixed) {
        Var lock = model.lock("gpu->lock");
        Var submitted = model.shared("ring", 0, "empty", "job");
        Var fence = model.shared("the job's fence", 0, "pending", "signalled");
        Party runner = model.party("ring thread, job_run");
        runner.lock(lock);
        runner.store(submitted, 1, Mode.RELEASE);
        runner.unlock(lock);
        Party gpu = model.party("GPU");
        Reg unused = gpu.await("finds a job", submitted, s -> s == 1);
        gpu.store(fence, 1, Mode.RELEASE);
        Party recovery = model.party("recovery worker");
        recovery.lock(lock);
        if (fixed) {
            recovery.act("allocates, reclaim forbidden: may fail", now -> {});
        } else {
            recovery.act("allocates the crash dump, and reclaims memory", now -> {});
            Reg none = recovery.await("the shrinker waits for the fence", fence, f -> f == 1);
        }
        recovery.act("captures the state", now -> {});
        recovery.unlock(lock);
    }
}
