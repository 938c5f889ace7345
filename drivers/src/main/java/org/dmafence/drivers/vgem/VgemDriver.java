package org.dmafence.drivers.vgem;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.drivers.RingSlots;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.jspecify.annotations.Nullable;

/** The vgem module: device files, and rings whose jobs are fences that somebody signals or that expire. */
public final class VgemDriver extends SimulatedDriver {
    private final List<VgemFences> files = new ArrayList<>();

    /** @param info as the driver is listed */
    public VgemDriver(DriverInfo info) {
        super(info, List.of(new IssuerTable("fence", Set.of(Op.RELEASE), LockKind.OWN)));
    }

    /** Opens the device; closed with the module, if not before. */
    public VgemFences open() {
        VgemFences file = new VgemFences(context());
        files.removeIf(VgemFences::isClosed);
        files.add(file);
        return file;
    }

    @Override
    protected SimulatedRing newRing(DriverContext driverContext, RingSpec spec, IssuerTable table) {
        return new Ring(driverContext, spec);
    }

    @Override
    public void exit() {
        files.forEach(VgemFences::close);
        files.clear();
        super.exit();
    }

    /** The fence of a job that takes too long expires; the job stays in flight. */
    private static final class Ring extends SimulatedRing {
        private final RingSlots<VgemFence> slots;
        private final DriverTimers timers = new DriverTimers();

        Ring(DriverContext context, RingSpec spec) {
            super(context, spec);
            slots = new RingSlots<>(spec.slots());
        }

        @Override
        protected DmaFence emit(RingJob job, long seqno) {
            VgemFence fence = VgemFence.create(context(), timers);
            slots.put(seqno, fence);
            return fence.fence();
        }

        @Override
        protected void retire(long seqno, @Nullable FenceError error) {
            VgemFence fence = slots.take(seqno);
            if (fence != null) {
                end(fence, error);
            }
        }

        @Override
        protected void forceCompletion(FenceError error) {
            slots.takeAll(emittedSeqno(), fence -> end(fence, error));
        }

        @Override
        protected long advanceTimers(long timeNs) {
            return timers.advance(timeNs);
        }

        private static void end(VgemFence fence, @Nullable FenceError error) {
            fence.signal(error);
            fence.fence().release();
        }
    }
}
