package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncFileListener;
import org.dmafence.sync.SyncTimeline;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A file is closed while its fence signals: r1 how often the listener heard of either, r2 how many still wait. */
public class CloseAgainstSignal {
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Told once, of one or the other.")
    @Outcome(expect = FORBIDDEN, desc = "Told twice, not at all, or forgotten on the fence.")
    @State
    public static class Actual implements SyncFileListener {
        private final SyncTimeline timeline = Timelines.create();
        private final SyncFile file = Timelines.file(timeline, 1, ErrorPolicy.KEEP_FIRST);
        private int told;

        public Actual() {
            file.listen(this);
        }

        @Override
        public void onSignaled(FenceStatus status) {
            told++;
        }

        @Override
        public void onClosed() {
            told++;
        }

        @Actor
        public void consumer() {
            file.close();
        }

        @Actor
        public void issuer() {
            timeline.increment(1);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = told;
            r.r2 = file.waiting();
        }
    }
}
