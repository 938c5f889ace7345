package org.dmafence.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;
import org.jspecify.annotations.Nullable;

/** How an entity's jobs come by a place in the schedulers that they may end up on. Any thread. */
final class Admission {
    private final EntitySpec spec;
    private final Parking parking;
    private final BooleanSupplier killed;
    private final CreditCalls credit;
    private final AtomicBoolean callbackDue = new AtomicBoolean();

    Admission(EntitySpec spec, FenceRuntime runtime, ClientThreads threads, BooleanSupplier killed) {
        this.spec = spec;
        this.killed = killed;
        parking = runtime.parking();
        credit = new CreditCalls(spec.onCredit(), runtime, threads);
    }

    /**
     * Takes a place with each gate that is not shut.
     *
     * @return with whom
     * @throws SubmitRefusedException if all are shut, or one has no place and the policy is not to wait
     */
    List<SchedulerGate> enter(List<SchedulerGate> gates) {
        for (; ; ) {
            List<SchedulerGate> entered = gates.size() == 1 ? gates : new ArrayList<>();
            SchedulerGate full = tryEnter(gates, entered);
            if (full == null) {
                return entered;
            }
            switch (spec.whenFull()) {
                case BLOCK -> sleep(full);
                case CREDIT_CALLBACK -> {
                    callBack(full);
                    throw refuse(full);
                }
                case FAIL -> throw refuse(full);
            }
        }
    }

    /** Answers who has no place; then nobody was entered. */
    private static @Nullable SchedulerGate tryEnter(List<SchedulerGate> gates, List<SchedulerGate> entered) {
        if (gates == entered) {
            SchedulerGate only = gates.get(0);
            if (only.isShut()) {
                throw only.refuseShut();
            }
            return only.room().enter() ? null : only;
        }
        for (SchedulerGate gate : gates) {
            if (gate.isShut()) {
                continue;
            }
            if (!gate.room().enter()) {
                withdraw(entered);
                return gate;
            }
            entered.add(gate);
        }
        if (entered.isEmpty()) {
            throw gates.get(0).refuseShut();
        }
        return null;
    }

    static void withdraw(List<SchedulerGate> gates) {
        for (SchedulerGate gate : gates) {
            gate.withdraw();
        }
    }

    private void sleep(SchedulerGate full) {
        Thread self = Thread.currentThread();
        AtomicBoolean told = new AtomicBoolean();
        Runnable waiter = () -> {
            told.set(true);
            parking.unpark(self);
        };
        full.room().whenRoom(waiter);
        try {
            while (!told.get() && !killed.getAsBoolean()) {
                if (self.isInterrupted()) {
                    throw full.refuse(Reason.INTERRUPTED, "had no room for a job before its submitter was interrupted");
                }
                parking.park(full);
            }
        } finally {
            full.room().forget(waiter);
        }
        if (killed.getAsBoolean()) {
            throw full.refuse(Reason.ENTITY_KILLED, "had no room for a job before its entity was killed");
        }
    }

    private void callBack(SchedulerGate full) {
        if (callbackDue.compareAndSet(false, true)) {
            boolean added = false;
            try {
                full.room().whenRoom(() -> {
                    callbackDue.set(false); // before the callback, so that a refusal in it is answered by another
                    credit.call();
                });
                added = true;
            } finally {
                if (!added) { // out of memory; or no refusal would lead to a callback any more
                    callbackDue.set(false);
                }
            }
        }
    }

    private static SubmitRefusedException refuse(SchedulerGate full) {
        return full.refuse(
                Reason.BACK_PRESSURE,
                "has " + full.room().limit()
                        + " unfinished jobs and takes no more; submit again after one has finished, or raise "
                        + Settings.MAX_UNFINISHED_JOBS);
    }
}
