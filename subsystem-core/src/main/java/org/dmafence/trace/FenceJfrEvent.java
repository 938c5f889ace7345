package org.dmafence.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The tracepoints as flight recorder events, one class each, so that a recording can choose among them. */
@Category({"dmafence", "Fences"})
@StackTrace(false)
@Enabled(false)
abstract class FenceJfrEvent extends Event {
    @Label("Driver")
    String driver = "";

    @Label("Timeline")
    String timeline = "";

    @Label("Context")
    long context;

    @Label("Sequence number")
    long seqno;

    @Name("dmafence.FenceEmit")
    @Label("Fence Emit")
    @Description("A driver submitted the work behind a fence")
    static final class Emit extends FenceJfrEvent {}

    @Name("dmafence.FenceInit")
    @Label("Fence Init")
    @Description("A fence was initialised")
    static final class Init extends FenceJfrEvent {}

    @Name("dmafence.FenceDestroy")
    @Label("Fence Destroy")
    @Description("A fence's last reference was dropped")
    static final class Destroy extends FenceJfrEvent {}

    @Name("dmafence.FenceEnableSignal")
    @Label("Fence Enable Signal")
    @Description("An issuer is asked to enable signalling")
    static final class EnableSignal extends FenceJfrEvent {}

    @Name("dmafence.FenceSignaled")
    @Label("Fence Signaled")
    @Description("A fence signalled; its ops are still attached")
    static final class Signaled extends FenceJfrEvent {}

    @Name("dmafence.FenceWaitStart")
    @Label("Fence Wait Start")
    @Description("A thread begins to wait for a fence")
    static final class WaitStart extends FenceJfrEvent {}

    @Name("dmafence.FenceWaitEnd")
    @Label("Fence Wait End")
    @Description("A thread ends its wait for a fence")
    static final class WaitEnd extends FenceJfrEvent {}
}
