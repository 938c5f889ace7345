package org.dmafence.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The scheduler's trace events as flight recorder events, one class each, so that a recording can choose among them.
 */
@Category({"dmafence", "Jobs"})
@StackTrace(false)
@Enabled(false)
abstract class JobJfrEvent extends Event {
    @Label("Device")
    String device = "";

    @Label("Ring")
    @Description("Name of the scheduler")
    String ring = "";

    @Label("Context")
    @Description("Of the job's finished fence")
    long context;

    @Label("Sequence Number")
    @Description("Of the job's finished fence")
    long seqno;

    @Label("Job")
    @Description("Number of the job")
    long job;

    @Label("Client")
    @Description("Name of who submitted it")
    String client = "";

    @Label("Client Number")
    @Description("0 for none")
    long clientId;

    @Label("Priority")
    String priority = "";

    final void about(JobSubject subject) {
        device = subject.device();
        ring = subject.ring();
        context = subject.context();
        seqno = subject.seqno();
        job = subject.jobId();
        client = subject.client();
        clientId = subject.clientId();
        priority = subject.priority();
    }

    @Name("dmafence.JobQueue")
    @Label("Job Queue")
    @Description("A job entered its entity's queue")
    static final class Queue extends JobJfrEvent {
        @Label("Queued Jobs")
        @Description("Others in the entity's queue")
        int queuedJobs;

        @Label("Hardware Credits")
        @Description("Credits in use on the hardware")
        int hardwareCredits;
    }

    @Name("dmafence.JobDependency")
    @Label("Job Dependency")
    @Description("A fence that a job must wait for")
    static final class Dependency extends JobJfrEvent {
        @Label("Dependency Context")
        long dependencyContext;

        @Label("Dependency Sequence Number")
        long dependencySeqno;
    }

    @Name("dmafence.JobRun")
    @Label("Job Run")
    @Description("A job is handed to the hardware")
    static final class Run extends JobJfrEvent {
        @Label("Queued Jobs")
        @Description("Others in the entity's queue")
        int queuedJobs;

        @Label("Hardware Credits")
        @Description("Credits in use on the hardware, this job's included")
        int hardwareCredits;
    }

    @Name("dmafence.JobDone")
    @Label("Job Done")
    @Description("The hardware is done with a job")
    static final class Done extends JobJfrEvent {}
}
