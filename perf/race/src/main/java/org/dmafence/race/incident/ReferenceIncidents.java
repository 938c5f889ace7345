package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Instant;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** Who has a pointer to a fence, and who has a reference. */
final class ReferenceIncidents {
    private static final Law RESURRECTED =
            Law.fatal("resurrected", "a reference is taken of a fence whose last one was dropped");

    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "put-before-wait",
                    "who submits, drops the reference and waits, while the job ends",
                    "What is it that keeps the fence one waits for?",
                    "amdkfd, until Mar 2026",
                    ReferenceIncidents::putBeforeWait),
            Incidents.incident(
                    "sw-sync-free",
                    "who increments a timeline, while a fence of it is closed",
                    "Who is off the list is freed without the lock: is that not faster?",
                    "sw_sync, Linux 4.14 until 5.3 (Aug 2019)",
                    ReferenceIncidents::free),
            Incidents.incident(
                    "sw-sync-recursion",
                    "who increments a timeline, and a callback that drops the last reference",
                    "May a release take the lock that signalling holds?",
                    "sw_sync, Linux 5.4 until 6.5 (Aug 2023)",
                    ReferenceIncidents::recursion),
            Incidents.incident(
                    "sw-sync-get",
                    "who increments a timeline, while a fence of it is closed; once more",
                    "May one retain what is on a list that holds no references?",
                    "sw_sync, from the source of Linux 7.2.13; not from a report",
                    ReferenceIncidents::get));

    private ReferenceIncidents() {}

    /** A fence: how often it is held, and whether it is freed. */
    private record Counted(Var references, Var freed) {
        Counted(Model model, int held) {
            this(model.shared("references", held), model.ghost("freed", 0));
        }

        Reg drop(Party party, String text) {
            return party.changeFully(text, references, (n, now) -> {
                alive(now, text);
                return n - 1;
            });
        }

        void touch(Party party, String text) {
            party.act(text, now -> alive(now, text));
        }

        void free(Party party) {
            party.actOrdered("frees the fence", now -> now.set(freed, 1));
        }

        private void alive(Instant now, String what) {
            now.check(now.get(freed) == 0, Law.FREED_FENCE, "it is gone when this party " + what);
        }
    }

    private static void putBeforeWait(Model model, boolean fixed) {
        Counted fence = new Counted(model, 2);
        Var signaled = model.shared("SIGNALED", 0, "clear", "set");
        Party process = model.party("process, submit_ib");
        process.act("submits; the ring has the other reference", now -> {});
        if (!fixed) {
            put(process, fence);
        }
        Reg seen = process.await("dma_fence_wait()", signaled, s -> s == 1);
        fence.touch(process, "reads what woke it");
        if (fixed) {
            put(process, fence);
        }
        Party interrupt = model.party("interrupt");
        interrupt.changeFully("signals", signaled, (s, now) -> 1);
        put(interrupt, fence);
    }

    private static void put(Party party, Counted fence) {
        Reg held = fence.drop(party, "drops its reference");
        party.when(now -> now.get(held) == 1, () -> fence.free(party));
    }

    /** The list of a timeline holds no references. */
    private record Timeline(Var lock, Var listed, Counted point) {
        Timeline(Model model) {
            this(model.lock("timeline lock"), model.shared("pt_list", 1, "empty", "fence"), new Counted(model, 1));
        }

        /** The release op, after the last reference was dropped. */
        void release(Party party, boolean peeks) {
            if (peeks) {
                Reg there = party.load(listed, Mode.PLAIN);
                party.when(now -> now.get(there) == 1, () -> unlist(party));
            } else {
                unlist(party);
            }
            point.free(party);
        }

        private void unlist(Party party) {
            party.lock(lock);
            Reg there = party.load(listed, Mode.PLAIN);
            party.when(now -> now.get(there) == 1, () -> party.store(listed, 0, Mode.PLAIN));
            party.unlock(lock);
        }

        void close(Party party, boolean peeks) {
            Reg held = point.drop(party, "drops the file's reference");
            party.when(now -> now.get(held) == 1, () -> release(party, peeks));
        }
    }

    /** As of 2017: off the list first, so that a release inside of the signal needs no lock. */
    private static void free(Model model, boolean fixed) {
        Timeline timeline = new Timeline(model);
        timeline.close(model.party("close"), !fixed);
        Party inc = model.party("SW_SYNC_IOC_INC");
        inc.lock(timeline.lock);
        Reg there = inc.load(timeline.listed, Mode.PLAIN);
        inc.when(now -> now.get(there) == 1, () -> {
            inc.store(timeline.listed, 0, Mode.PLAIN);
            timeline.point.touch(inc, "signals it");
        });
        inc.unlock(timeline.lock);
    }

    /** As of 2019: a release always takes the lock. The callback is that of an array, say. */
    private static void recursion(Model model, boolean fixed) {
        Timeline timeline = new Timeline(model);
        Party inc = model.party("SW_SYNC_IOC_INC");
        inc.lock(timeline.lock);
        inc.store(timeline.listed, 0, Mode.PLAIN);
        if (fixed) {
            inc.changeFully("retains it", timeline.point.references, (n, now) -> n + 1);
        }
        timeline.point.touch(inc, "signals it");
        Reg held = timeline.point.drop(inc, "its callback drops the last reference but its own, if any");
        inc.when(now -> now.get(held) == 1, () -> timeline.release(inc, false));
        inc.unlock(timeline.lock);
        if (fixed) {
            Reg last = timeline.point.drop(inc, "drops its own");
            inc.when(now -> now.get(last) == 1, () -> timeline.release(inc, false));
        }
    }

    /** As of 2023: what passes is retained until the lock is given up. */
    private static void get(Model model, boolean fixed) {
        Timeline timeline = new Timeline(model);
        timeline.close(model.party("close"), false);
        Party inc = model.party("SW_SYNC_IOC_INC");
        Reg retained = inc.reg("retained");
        inc.lock(timeline.lock);
        Reg there = inc.load(timeline.listed, Mode.PLAIN);
        inc.when(now -> now.get(there) == 1, () -> {
            Reg old = inc.changeFully(
                    fixed ? "retains it, unless it is freed" : "retains it", timeline.point.references, (n, now) -> {
                        now.check(fixed || n > 0, RESURRECTED, "its release waits for the lock, and will free it");
                        return n == 0 && fixed ? 0 : n + 1;
                    });
            inc.when(now -> now.get(old) > 0, () -> {
                inc.set(retained, now -> 1);
                inc.store(timeline.listed, 0, Mode.PLAIN);
                timeline.point.touch(inc, "signals it");
            });
        });
        inc.unlock(timeline.lock);
        inc.when(now -> now.get(retained) == 1, () -> {
            Reg held = timeline.point.drop(inc, "drops its own");
            inc.when(now -> now.get(held) == 1, () -> timeline.release(inc, false));
        });
    }
}
