package org.dmafence.ftrace;

/** A fence of a trace that is, so far, no job's. */
final class ForeignFence {
    final long context;
    final long seqno;
    final String driver;
    final String timeline;
    long pointer;

    /** The key steps name it by; 0 while no submission depends on it. */
    long key;

    boolean signaled;

    ForeignFence(long pointer, long context, long seqno, String driver, String timeline) {
        this.pointer = pointer;
        this.context = context;
        this.seqno = seqno;
        this.driver = driver;
        this.timeline = timeline;
    }

    FenceRef.Foreign reference() {
        return new FenceRef.Foreign(key, identity(), driver, timeline);
    }

    FenceIdentity identity() {
        return new FenceIdentity(pointer, context, seqno);
    }
}
