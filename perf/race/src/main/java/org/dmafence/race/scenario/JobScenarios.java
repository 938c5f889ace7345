package org.dmafence.race.scenario;

import java.util.List;
import org.dmafence.race.Instant;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;

/**
 * A job that the hardware has, while the host wants it back: it ends once, and does not run again once it has ended.
 */
final class JobScenarios {
    private static final Law LOST = new Law("job-lost", "a job neither ends nor runs again");
    private static final Law ENDS_TWICE = new Law("job-ends-twice", "a job ends twice");
    private static final Question AGAIN = new Question(
            "What decides whether a job that times out runs again, or has ended?", "the design of dmafence");

    private static final Question STARTED =
            new Question("Who follows the hardware when a stopped scheduler starts?", "the design of dmafence");

    static final List<Scenario> ALL = List.of(
            new Scenario(
                    "done-vs-recall",
                    "a job that ends, while a reset takes it back and runs it again",
                    List.of(Variant.BROKEN, Variants.KERNEL, Variants.OWN, Variants.UNCLAIMED_END),
                    (variant, law) -> AGAIN,
                    JobScenarios::recall),
            new Scenario(
                    "held-vs-start",
                    "a job that the engine has handed over, while its scheduler starts again",
                    List.of(Variants.OWN, Variants.START_ACQUIRES),
                    (variant, law) -> STARTED,
                    JobScenarios::start));

    private static final int PENDING = 0;
    private static final int FOLLOWED_BY_US = 1;
    private static final int SIGNALED = 2;

    private static final int HANDED = 0;
    private static final int TAKEN = 1;
    private static final int FOLLOWED = 2;
    private static final int RECALLED = 3;
    private static final int HELD = 4;
    private static final int LANDING = 5;

    private JobScenarios() {}

    /** What the laws know of the job. */
    private record Job(Var ended, Var again) {
        Job(Model model) {
            this(model.ghost("ended", 0), model.ghost("runs again", 0));
            model.atEnd(now -> now.check(now.get(ended) == 1, LOST, "everybody thinks that somebody else does it"));
        }

        void end(Party party) {
            party.act("ends the job", this::end);
        }

        private void end(Instant now) {
            now.check(now.get(ended) == 0, ENDS_TWICE, "it had ended");
            now.check(now.get(again) == 0, Law.JOB_TWICE, "it was taken back, and runs again");
            now.set(ended, 1);
        }

        void runAgain(Party party) {
            party.act("has the job run again", now -> {
                now.check(now.get(ended) == 0, Law.JOB_TWICE, "it has run to its end");
                now.set(again, 1);
            });
            party.act("which ends", now -> {
                now.set(again, 0);
                end(now);
            });
        }
    }

    private static void recall(Model model, Variant variant) {
        Job job = new Job(model);
        Var hardware = model.shared("hardware fence", PENDING, "pending", "pending, followed", "signalled");
        if (variant.has(Trait.STATE_WORD)) {
            own(model, variant, job, hardware);
        } else {
            kernel(model, variant, job, hardware);
        }
    }

    /** drm_sched_stop() takes its callback back from the hardware fence: who got it has the job. */
    private static void kernel(Model model, Variant variant, Job job, Var hardware) {
        Party worker = model.party("run worker");
        worker.changeFully("runs the job, follows its fence", hardware, (old, now) -> FOLLOWED_BY_US);
        Party gpu = model.party("GPU");
        Reg old = gpu.changeWhen("signals", hardware, h -> h != PENDING, (h, now) -> SIGNALED);
        gpu.when(now -> now.get(old) == FOLLOWED_BY_US, () -> job.end(gpu));
        Party handler = model.party("time-out handler");
        Reg seen = handler.await("finds the job pending", hardware, h -> h != PENDING);
        if (variant.equals(Variant.BROKEN)) {
            handler.when(now -> now.get(seen) == FOLLOWED_BY_US, () -> job.runAgain(handler));
            return;
        }
        Reg had = handler.changeFully("removes the callback", hardware, (h, now) -> h == FOLLOWED_BY_US ? PENDING : h);
        handler.when(now -> now.get(had) == FOLLOWED_BY_US, () -> {
            job.runAgain(handler);
            handler.changeFully("the first run's fence is let go", hardware, (h, now) -> SIGNALED);
        });
    }

    /** {@code HardwareRun}: engine, hardware and host move its state by compare-and-set. */
    private static void own(Model model, Variant variant, Job job, Var hardware) {
        Var state = model.shared("run", HANDED, "HANDED", "TAKEN", "FOLLOWED", "RECALLED");
        Var landed = model.shared("hardware has it", 0, "no", "yes");
        boolean claims = !variant.has(Trait.UNCLAIMED_END);

        Party engine = model.party("engine");
        Reg handed = cas(engine, state, HANDED, TAKEN);
        engine.whenElse(
                now -> now.get(handed) == HANDED,
                () -> {
                    engine.store(landed, 1, Mode.RELEASE);
                    Reg before = engine.change("follows the fence", hardware, (h, now) -> {
                        return h == PENDING ? FOLLOWED_BY_US : h;
                    });
                    Reg taken = cas(engine, state, TAKEN, FOLLOWED);
                    engine.whenElse(
                            now -> now.get(before) == SIGNALED,
                            () -> engine.when(now -> now.get(taken) == TAKEN, () -> job.end(engine)),
                            () -> engine.when(now -> now.get(taken) == RECALLED, () -> {
                                Reg unused = removeCallback(engine, hardware);
                            }));
                },
                () -> engine.store(landed, 2, Mode.RELEASE));

        Party gpu = model.party("GPU");
        Reg has = gpu.await("has the job, or never will", landed, l -> l != 0);
        gpu.when(now -> now.get(has) == 1, () -> {
            Reg old = gpu.change("signals", hardware, (h, now) -> SIGNALED);
            gpu.when(now -> now.get(old) == FOLLOWED_BY_US, () -> {
                if (claims) {
                    Reg was = gpu.change(
                            "claims the run, unless recalled", state, (s, now) -> s == RECALLED ? s : FOLLOWED);
                    gpu.when(now -> now.get(was) != RECALLED, () -> job.end(gpu));
                } else {
                    Reg was = gpu.load(state, Mode.ACQUIRE);
                    gpu.when(now -> now.get(was) != RECALLED, () -> job.end(gpu));
                }
            });
        });

        Party host = model.party("host");
        Reg free = cas(host, state, HANDED, RECALLED);
        Reg recalled = host.reg("recalled");
        host.set(recalled, now -> now.get(free) == HANDED ? 1 : 0);
        host.when(now -> now.get(recalled) == 0, () -> {
            Reg was = cas(host, state, TAKEN, RECALLED);
            host.set(recalled, now -> now.get(was) == TAKEN ? 1 : 0);
        });
        host.when(now -> now.get(recalled) == 0, () -> {
            Reg had = removeCallback(host, hardware);
            host.when(now -> now.get(had) == FOLLOWED_BY_US, () -> {
                host.store(state, RECALLED, Mode.RELEASE);
                host.set(recalled, now -> 1);
            });
        });
        host.when(now -> now.get(recalled) == 1, () -> job.runAgain(host));
    }

    /** The engine says HELD and looks whether it still is to wait; the host says that it is not, and looks for HELD. */
    private static void start(Model model, Variant variant) {
        Job job = new Job(model);
        Var state = model.shared("run", TAKEN, "HANDED", "TAKEN", "FOLLOWED", "RECALLED", "HELD", "LANDING");
        Var held = model.shared("held", 1, "no", "yes");
        Party engine = model.party("engine");
        Reg unused = cas(engine, state, TAKEN, HELD);
        Reg waits = engine.load(held, Mode.VOLATILE);
        engine.when(now -> now.get(waits) == 0, () -> follow(engine, state, job));
        Party host = model.party("host");
        host.store(held, 0, Mode.VOLATILE);
        Reg seen = host.load(state, variant.has(Trait.START_ACQUIRES) ? Mode.ACQUIRE : Mode.VOLATILE);
        host.when(now -> now.get(seen) == HELD, () -> follow(host, state, job));
    }

    private static void follow(Party party, Var state, Job job) {
        Reg was = cas(party, state, HELD, LANDING);
        party.when(now -> now.get(was) == HELD, () -> job.end(party));
    }

    private static Reg cas(Party party, Var state, int from, int to) {
        String name = List.of("HANDED", "TAKEN", "FOLLOWED", "RECALLED", "HELD", "LANDING")
                .get(to);
        return party.change("tries to make it " + name, state, (s, now) -> s == from ? to : s);
    }

    private static Reg removeCallback(Party party, Var hardware) {
        return party.change("removes the callback", hardware, (h, now) -> h == FOLLOWED_BY_US ? PENDING : h);
    }
}
