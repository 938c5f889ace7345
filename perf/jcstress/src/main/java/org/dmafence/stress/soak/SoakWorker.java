package org.dmafence.stress.soak;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;

/** One thread: owner of the batches it makes, partner of its neighbour's. */
final class SoakWorker implements Runnable {
    /** Batches that others may still be working on. */
    private static final int MOST_OUTSTANDING = 16;

    /** How long an owner looks for its partner before it goes on alone. */
    private static final int SPINS = 2_000;

    private final SoakRun run;
    private final FenceOps ops;
    private final SplittableRandom random;
    private final Queue<SoakBatch> inbox = new ConcurrentLinkedQueue<>();
    private final Deque<SoakBatch> outstanding = new ArrayDeque<>();
    private FenceContext context;
    private long seqno;
    private long made;

    SoakWorker(SoakRun run, FenceOps ops, SplittableRandom random) {
        this.run = run;
        this.ops = ops;
        this.random = random;
        context = FenceContext.builder(run.runtime).build();
    }

    /** Another's batch, to be raced for. */
    void offer(SoakBatch batch) {
        inbox.add(batch);
    }

    @Override
    public void run() {
        SoakWorker neighbour = run.neighbourOf(this);
        while (run.goesOn()) {
            SoakBatch batch = make();
            neighbour.offer(batch);
            workAsPartner();
            workAsOwner(batch);
            outstanding.add(batch);
            while (checkFirst() || (outstanding.size() > MOST_OUTSTANDING && !run.isOver())) {
                workAsPartner();
            }
        }
        run.workerHasMadeAll();
        while (!run.isOver() && !(outstanding.isEmpty() && run.allAreMade() && inbox.isEmpty())) {
            workAsPartner();
            if (!checkFirst()) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    private SoakBatch make() {
        if ((++made & 63) == 0) {
            context = FenceContext.builder(run.runtime).build();
        }
        SoakBatch batch = new SoakBatch(run.violations, run.seam, context);
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            batch.fences[i] = context.newFence(ops, ++seqno);
            int plan = random.nextInt();
            batch.plan[i] = plan;
            for (int slot = SoakPlan.ownerCallbacks(plan) - 1; slot >= 0; slot--) {
                batch.add(SoakBatch.OWNER, i, slot);
            }
        }
        int more = 0;
        if ((made & 7) == 0) {
            batch.containers = SoakContainers.over(batch, random.nextInt(SoakBatch.FENCES - 32));
            more = batch.containers.size();
        }
        boolean waited = (made & 15) == 0;
        batch.expect(waited ? 3 : 2);
        if (waited) {
            run.waiters.add(batch, random.nextInt(SoakBatch.FENCES));
        }
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            if (SoakPlan.signalsEarly(batch.plan[i])) {
                signal(batch, SoakBatch.OWNER, i);
            }
        }
        run.count(SoakBatch.FENCES + more, more);
        return batch;
    }

    private void workAsOwner(SoakBatch batch) {
        if ((made & 1) == 0) {
            for (int spins = 0; !batch.started && spins < SPINS; spins++) {
                Thread.onSpinWait();
            }
        }
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            int plan = batch.plan[i];
            if (SoakPlan.looks(plan)) {
                batch.look(SoakBatch.OWNER, i);
            }
            if (SoakPlan.ownerSignals(plan)) {
                signal(batch, SoakBatch.OWNER, i);
            }
            batch.look(SoakBatch.OWNER, i);
        }
        boolean unused = batch.done();
    }

    /** Works on what the neighbour, or the unloader, has handed over; from the other end, so that the two meet. */
    private void workAsPartner() {
        for (SoakBatch batch = inbox.poll(); batch != null; batch = inbox.poll()) {
            batch.started = true;
            for (int i = SoakBatch.FENCES - 1; i >= 0; i--) {
                int plan = batch.plan[i];
                if (SoakPlan.partnerAdds(plan)) {
                    batch.add(SoakBatch.PARTNER, i, 2);
                }
                batch.look(SoakBatch.PARTNER, i);
                if (SoakPlan.partnerRemoves(plan)) {
                    batch.remove(i, 0);
                }
                if (!batch.ofModule && SoakPlan.partnerSignals(plan)) {
                    signal(batch, SoakBatch.PARTNER, i);
                }
                batch.look(SoakBatch.PARTNER, i);
            }
            boolean unused = batch.done();
        }
    }

    private void signal(SoakBatch batch, int party, int i) {
        batch.announced[party][i] = 1;
        FenceContext issuer = Objects.requireNonNull(batch.context, "a batch of the workers'");
        if (run.seam.signal(issuer, batch.fences[i], SoakPlan.error(batch.plan[i], party))) {
            batch.claims[party][i] += 1;
        }
    }

    /** Checks the oldest batch if everybody is done with it; whether there was one. */
    private boolean checkFirst() {
        SoakBatch first = outstanding.peek();
        if (first == null || !first.isDone()) {
            return false;
        }
        outstanding.poll();
        first.check();
        return true;
    }
}
