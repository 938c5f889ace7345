package org.dmafence.fence;

import org.dmafence.lockdep.FenceClass;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * What a timeline is known as: the names that its issuer answered last, as strings, and the class that the lock checker
 * has it in.
 */
abstract sealed class TimelineNames permits FenceContext {
    /** The names the issuer gave; racy by design: what one thread loses is learnt when somebody asks again. */
    private @Nullable KnownNames names;

    /** What the timeline is called until the issuer has answered. */
    private final String builtAs;

    /** The checker's, while that is on; made when first asked for, because the issuer's names are not known before. */
    private @Nullable FenceClass fenceClass;

    TimelineNames(String builtAs) {
        this.builtAs = builtAs;
    }

    /** Its fences have signalled before anybody else learns of them. Before the first one is made. */
    final void bearsSignaled() {
        if (Lockdep.ON) {
            fenceClass = FenceClass.BORN_SIGNALED;
        }
    }

    /** What the checker knows the fences as. Racy: every thread that makes it makes the same. */
    final FenceClass fenceClass() {
        FenceClass known = fenceClass;
        if (known == null) {
            known = FenceClass.of(latestDriver(), latestTimeline());
            fenceClass = known;
        }
        return known;
    }

    /** The driver's name that a fence of this number is known by. */
    final String driverName(long seqno, boolean seqno64) {
        KnownNames known = names;
        return known == null ? "" : known.at(seqno, seqno64).driver;
    }

    final String timelineName(long seqno, boolean seqno64) {
        KnownNames known = names;
        return known == null ? builtAs : known.at(seqno, seqno64).timeline;
    }

    private String latestDriver() {
        KnownNames known = names;
        return known == null ? "" : known.driver;
    }

    final String latestTimeline() {
        KnownNames known = names;
        return known == null ? builtAs : known.timeline;
    }

    final void rememberNames(DmaFence fence, String driver, String timeline) {
        names = KnownNames.with(names, driver, timeline, fence.seqno, fence.isSeqno64());
    }
}
