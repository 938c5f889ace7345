package org.dmafence.race.scenario;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;

/** The scheduler's queue of jobs. */
final class SchedulerScenarios {
    private static final Question SEEN =
            new Question("May whoever pushed a job look at its credits?", "AsahiLinux/linux issue 309, 19 Jul 2024");

    static final List<Scenario> ALL = List.of(new Scenario(
            "can-queue-vs-free",
            "who pushes a job and looks whether it fits, while a worker runs it and it is freed",
            List.of(Variant.BROKEN, Variants.KERNEL, Variants.OWN),
            (variant, law) -> SEEN,
            SchedulerScenarios::push));

    private SchedulerScenarios() {}

    private static void push(Model model, Variant variant) {
        Var queue = model.shared("queue", 0, "empty", "job");
        Var work = model.shared("work", 1, "none", "due");
        Var freed = model.ghost("freed", 0);
        Party pusher = model.party("pusher");
        pusher.store(queue, 1, Mode.RELEASE);
        if (variant.equals(Variant.BROKEN)) {
            Reg head = pusher.load(queue, Mode.ACQUIRE);
            pusher.when(now -> now.get(head) == 1, () -> credits(pusher, freed));
        }
        // A full fence in both: in queue_work(), and before Inbox.ring() looks at the state.
        Reg unused = pusher.changeFully("has the worker look again", work, (old, now) -> 1);
        pusher.act("has submitted", now -> {});
        Party worker = model.party("worker");
        Party.Label again = new Party.Label();
        worker.here(again);
        Reg due = worker.changeWhen("begins a round", work, w -> w == 1, (w, now) -> 0);
        Reg head = worker.load(queue, Mode.ACQUIRE);
        worker.when(now -> now.get(head) == 0, () -> worker.jump(again));
        credits(worker, freed);
        worker.store(queue, 0, Mode.RELEASE);
        worker.act("runs the job, which finishes", now -> {});
        worker.actOrdered("frees the job", now -> now.set(freed, 1));
    }

    private static void credits(Party party, Var freed) {
        party.act("reads the job's credits", now -> {
            now.check(now.get(freed) == 0, Law.FREED_JOB, "it ran, finished and was freed meanwhile");
        });
    }
}
