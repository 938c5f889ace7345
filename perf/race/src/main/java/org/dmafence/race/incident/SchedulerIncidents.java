package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** The GPU scheduler's jobs, used too late or lost. */
final class SchedulerIncidents {
    private static final Law LEAK = new Law("leak", "a job that has finished is never freed");

    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "can-queue",
                    "who pushes a job and looks whether it fits, while the worker runs and frees it",
                    "How can a job that was just pushed be freed?",
                    "AsahiLinux/linux issue 309, 19 Jul 2024",
                    SchedulerIncidents::canQueue),
            Incidents.incident(
                    "no-hang-leak",
                    "a time-out for a job that is merely slow, while it finishes",
                    "Why are jobs lost that a driver did not reset for?",
                    "v3d, etnaviv and xe before Linux 6.17",
                    SchedulerIncidents::noHang));

    private SchedulerIncidents() {}

    /** The worker has a round before it that was due for the job before, and finds the new one in it. */
    private static void canQueue(Model model, boolean fixed) {
        Var queue = model.shared("the entity's queue", 0, "empty", "job");
        Var freed = model.ghost("freed", 0);
        Party pusher = model.party("push_job");
        pusher.store(queue, 1, Mode.RELEASE);
        if (!fixed) {
            Reg head = pusher.load(queue, Mode.ACQUIRE);
            pusher.when(now -> now.get(head) == 1, () -> credits(pusher, freed));
        }
        pusher.act("queues the worker", now -> {});
        Party worker = model.party("run worker");
        Reg unused = worker.await("goes round once more, and finds a job", queue, q -> q == 1);
        credits(worker, freed);
        worker.store(queue, 0, Mode.RELEASE);
        worker.act("runs the job, which finishes", now -> {});
        worker.actOrdered("frees the job", now -> now.set(freed, 1));
    }

    private static void credits(Party party, Var freed) {
        party.act("reads the job's credits", now -> {
            now.check(now.get(freed) == 0, Law.FREED_JOB, "it was popped, ran, finished and was freed meanwhile");
        });
    }

    /** Whoever queues the free worker plays its part. */
    private static void noHang(Model model, boolean fixed) {
        Var lock = model.lock("job_list_lock");
        Var pending = model.shared("pending list", 1, "empty", "job");
        Var finished = model.shared("the job", 0, "runs", "has finished");
        Var freed = model.ghost("freed", 0);
        Party handler = model.party("time-out handler");
        handler.lock(lock);
        Reg there = handler.load(pending, Mode.PLAIN);
        handler.when(now -> now.get(there) == 0, () -> {
            handler.unlock(lock);
            handler.end();
        });
        handler.store(pending, 0, Mode.PLAIN);
        handler.unlock(lock);
        handler.act("timedout_job(): the driver sees progress", now -> {});
        if (fixed) {
            handler.lock(lock);
            handler.store(pending, 1, Mode.PLAIN);
            handler.unlock(lock);
            free(handler, lock, pending, finished, freed);
        }
        Party gpu = model.party("GPU, free worker");
        gpu.store(finished, 1, Mode.RELEASE);
        free(gpu, lock, pending, finished, freed);
        model.atEnd(now -> now.check(
                now.get(freed) == 1, LEAK, "it was off the pending list when it finished, and nobody put it back"));
    }

    private static void free(Party party, Var lock, Var pending, Var finished, Var freed) {
        party.lock(lock);
        Reg there = party.load(pending, Mode.PLAIN);
        Reg done = party.load(finished, Mode.ACQUIRE);
        party.when(now -> now.get(there) == 1 && now.get(done) == 1, () -> {
            party.store(pending, 0, Mode.PLAIN);
            party.act("free_job()", now -> now.set(freed, 1));
        });
        party.unlock(lock);
    }
}
