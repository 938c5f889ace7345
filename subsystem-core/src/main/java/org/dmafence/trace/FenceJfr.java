package org.dmafence.trace;

/**
 * Writes tracepoints to the flight recorder. Apart from the events' base class on purpose: that one must not mention its
 * subclasses, or the recorder, which links it while it loads the first of them, has that loaded twice.
 */
final class FenceJfr {
    private FenceJfr() {}

    static void commit(FenceTracepoint point, String driver, String timeline, long context, long seqno) {
        FenceJfrEvent event = switch (point) {
            case EMIT -> new FenceJfrEvent.Emit();
            case INIT -> new FenceJfrEvent.Init();
            case DESTROY -> new FenceJfrEvent.Destroy();
            case ENABLE_SIGNAL -> new FenceJfrEvent.EnableSignal();
            case SIGNALED -> new FenceJfrEvent.Signaled();
            case WAIT_START -> new FenceJfrEvent.WaitStart();
            case WAIT_END -> new FenceJfrEvent.WaitEnd();
        };
        if (event.shouldCommit()) {
            event.driver = driver;
            event.timeline = timeline;
            event.context = context;
            event.seqno = seqno;
            event.commit();
        }
    }
}
