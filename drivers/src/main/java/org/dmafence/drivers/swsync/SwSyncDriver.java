package org.dmafence.drivers.swsync;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.RingSlots;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.sync.SyncTimeline;
import org.jspecify.annotations.Nullable;

/** The sw_sync module: timelines, and rings that move one as their jobs end. */
public final class SwSyncDriver extends SimulatedDriver {
    private final List<SyncTimeline> timelines = new ArrayList<>();

    /** @param info as the driver is listed */
    public SwSyncDriver(DriverInfo info) {
        super(
                info,
                List.of(new IssuerTable(
                        "timeline", Set.of(Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE), LockKind.EXTERNAL)));
    }

    /** Makes a timeline; closed with the module, if not before. */
    public SyncTimeline open(String name) {
        SyncTimeline timeline = timeline(context(), name);
        timelines.add(timeline);
        return timeline;
    }

    private static SyncTimeline timeline(DriverContext context, String name) {
        return SyncTimeline.create(context.newContext(name), name, SwSyncPoint::new);
    }

    @Override
    protected SimulatedRing newRing(DriverContext driverContext, RingSpec spec, IssuerTable table) {
        return new Ring(driverContext, spec);
    }

    @Override
    public void exit() {
        timelines.forEach(SyncTimeline::close);
        timelines.clear();
        super.exit();
    }

    /** The ring's sequence number is the timeline's value. */
    private static final class Ring extends SimulatedRing {
        private final SyncTimeline timeline;
        private final RingSlots<DmaFence> slots;

        Ring(DriverContext context, RingSpec spec) {
            super(context, spec);
            timeline = timeline(context, spec.name());
            slots = new RingSlots<>(spec.slots());
        }

        @Override
        protected DmaFence emit(RingJob job, long seqno) {
            DmaFence fence = timeline.point((int) seqno);
            slots.put(seqno, fence);
            return fence;
        }

        @Override
        protected void retire(long seqno, @Nullable FenceError error) {
            DmaFence fence = slots.take(seqno);
            if (fence != null) {
                if (error != null) {
                    boolean unused = timeline.setError(fence, error);
                }
                timeline.increment(1);
                fence.release();
            }
        }

        @Override
        protected void forceCompletion(FenceError error) {
            timeline.close(error);
            slots.takeAll(emittedSeqno(), DmaFence::release);
        }
    }
}
