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
    @Description("Name of the issuer while the fence was alive")
    String driver = "";

    @Label("Timeline")
    @Description("Name of the timeline while the fence was alive")
    String timeline = "";

    @Label("Context")
    long context;

    @Label("Sequence Number")
    long seqno;

    @Label("Role")
    @Description("Which of a job's fences it is: scheduled, finished or hardware; empty for others")
    String role = "";

    @Label("Job")
    @Description("Number of the job; -1 if it is not known")
    long job = FenceTag.NO_JOB;

    @Label("Client")
    @Description("Name of the client; empty if it is not known")
    String client = "";

    final void about(FenceSubject subject) {
        driver = subject.driver();
        timeline = subject.timeline();
        context = subject.context();
        seqno = subject.seqno();
        role = subject.tag().role();
        job = subject.tag().jobId();
        client = subject.tag().client();
    }

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
    @Description("A fence signalled")
    static final class Signaled extends FenceJfrEvent {
        @Label("Status")
        @Description("1 for success, otherwise a negative errno")
        int status;
    }

    @Name("dmafence.FenceWait")
    @Label("Fence Wait")
    @Description("A thread waited for a fence")
    static final class Wait extends FenceJfrEvent {
        @Label("Outcome")
        @Description("signaled, timeout, interrupted or failed")
        String outcome = "";

        @Label("Status")
        @Description(
                "The fence's when the wait ended: 0 if it had not signalled, 1 for success, otherwise a negative errno")
        int status;
    }
}
