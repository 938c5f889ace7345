package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** Whoever was to be woken and was not: work that is ready, and a worker that sleeps. */
final class WakeUpIncidents {
    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "idle-run-queue",
                    "a worker that finds a job not ready, while another client's is",
                    "May the worker go idle on the first job that can't run?",
                    "Linux 6.8-rc1 to rc3 (Jan 2024)",
                    WakeUpIncidents::idle),
            Incidents.incident(
                    "kill-wakes-nobody",
                    "client A is killed, while a job of B waits for a job of A to be scheduled",
                    "Why does killing one client hang another?",
                    "Linux 4.6 until Jul 2025",
                    WakeUpIncidents::kill),
            Incidents.incident(
                    "wait-available",
                    "who waits for a point of a sync object to be there, while it is submitted",
                    "Why does WAIT_AVAILABLE sleep on when the point is there?",
                    "Linux 5.2 until Jan 2024",
                    WakeUpIncidents::available));

    private static final int NONE = 0;
    private static final int QUEUED = 1;
    private static final int WAITING = 2;

    private WakeUpIncidents() {}

    private static Var queue(Model model, String entity) {
        return model.shared(entity, NONE, "empty", "job", "job, waits");
    }

    private static Var work(Model model) {
        return model.shared("run work", 0, "idle", "queued");
    }

    private static void queueWork(Party party, Var work) {
        party.changeFully("queues the run work", work, (old, now) -> 1);
    }

    private static Reg beginRound(Party worker, Var work) {
        Reg begun = worker.changeWhen("run worker begins a round", work, w -> w == 1, (w, now) -> 0);
        worker.fence();
        return begun;
    }

    /** A's job needs B's, which is ready: B's has to be looked at after A's turned out not to be. */
    private static void idle(Model model, boolean fixed) {
        Var ofA = queue(model, "A's queue");
        Var ofB = queue(model, "B's queue");
        Var fenceOfB = model.shared("the fence of B's job", 0, "pending", "signalled");
        Var work = work(model);
        Party a = model.party("client A");
        a.store(ofA, QUEUED, Mode.RELEASE);
        queueWork(a, work);
        Party b = model.party("client B");
        b.store(ofB, QUEUED, Mode.RELEASE);
        queueWork(b, work);
        Reg done = b.await("waits for its job", fenceOfB, f -> f == 1);
        Party worker = model.party("run worker");
        Party.Label again = new Party.Label();
        worker.here(again);
        Reg begun = beginRound(worker, work);
        Reg first = worker.load(ofA, Mode.ACQUIRE);
        worker.when(now -> now.get(first) == QUEUED, () -> {
            worker.store(ofA, WAITING, Mode.RELEASE);
            worker.act("pops A's job: it depends on B's, pop answers null", now -> {});
            if (fixed) {
                queueWork(worker, work);
            }
            worker.jump(again);
        });
        Reg second = worker.load(ofB, Mode.ACQUIRE);
        worker.when(now -> now.get(second) == NONE, () -> worker.jump(again));
        worker.act("runs B's job", now -> {});
        worker.store(fenceOfB, 1, Mode.RELEASE);
    }

    /** B's job is on the same ring as A's, so it waits until A's is scheduled only, by a callback of its own. */
    private static void kill(Model model, boolean fixed) {
        Var ofA = model.shared("A's queue", QUEUED, "empty", "job");
        Var dependency = model.shared("B's dependency", 1, "none", "A's scheduled fence");
        Var fenceOfB = model.shared("the fence of B's job", 0, "pending", "signalled");
        Var work = model.shared("run work", 1, "idle", "queued");
        Party killer = model.party("A's end");
        Reg taken = killer.changeFully("takes A's job out, which has not run", ofA, (old, now) -> NONE);
        killer.when(now -> now.get(taken) == QUEUED, () -> {
            killer.act("signals its scheduled fence, with -ESRCH behind it", now -> {});
            killer.store(dependency, 0, Mode.RELEASE);
            if (fixed) {
                queueWork(killer, work);
            }
        });
        Party worker = model.party("run worker");
        Party.Label again = new Party.Label();
        worker.here(again);
        Reg begun = beginRound(worker, work);
        Reg head = worker.changeFully("pops A's queue", ofA, (old, now) -> NONE);
        worker.when(now -> now.get(head) == QUEUED, () -> {
            worker.act("runs A's job", now -> {});
            worker.store(dependency, 0, Mode.RELEASE);
            queueWork(worker, work);
            worker.jump(again);
        });
        Reg waits = worker.load(dependency, Mode.ACQUIRE);
        worker.when(now -> now.get(waits) == 1, () -> worker.jump(again));
        worker.act("runs B's job", now -> {});
        worker.store(fenceOfB, 1, Mode.RELEASE);
        Party b = model.party("client B");
        Reg done = b.await("waits for its job", fenceOfB, f -> f == 1);
    }

    private static void available(Model model, boolean fixed) {
        Var lock = model.lock("syncobj lock");
        Var point = model.shared("point 1", 0, "absent", "there");
        Var listed = model.shared("waiters", 0, "none", "this one");
        Var token = model.shared("token", 0, "none", "wake-up");
        Party waiter = model.party("waiter, WAIT_AVAILABLE");
        waiter.lock(lock);
        Reg there = waiter.load(point, Mode.PLAIN);
        waiter.when(now -> now.get(there) == 1, () -> {
            waiter.unlock(lock);
            waiter.end();
        });
        if (fixed) {
            waiter.store(listed, 1, Mode.PLAIN);
        }
        waiter.unlock(lock);
        waiter.park(token);
        Party submitter = model.party("submitter");
        submitter.lock(lock);
        submitter.store(point, 1, Mode.PLAIN);
        Reg waits = submitter.load(listed, Mode.PLAIN);
        submitter.unlock(lock);
        submitter.when(now -> now.get(waits) == 1, () -> submitter.unpark(token));
    }
}
