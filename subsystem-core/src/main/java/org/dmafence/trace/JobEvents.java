package org.dmafence.trace;

/** The types of the recorder's events of jobs, and their writing. Apart from the others as {@link FenceEvents} is. */
final class JobEvents {
    // One of each type, to be asked whether the type is on, as in FenceEvents.
    private static final JobJfrEvent.Queue QUEUE = new JobJfrEvent.Queue();
    private static final JobJfrEvent.Dependency DEPENDENCY = new JobJfrEvent.Dependency();
    private static final JobJfrEvent.Run RUN = new JobJfrEvent.Run();
    private static final JobJfrEvent.Done DONE = new JobJfrEvent.Done();

    private JobEvents() {}

    static boolean areOn() {
        return QUEUE.isEnabled() || RUN.isEnabled() || DONE.isEnabled() || DEPENDENCY.isEnabled();
    }

    static void queued(JobSubject subject, int queuedJobs, int hardwareCredits) {
        JobJfrEvent.Queue event = new JobJfrEvent.Queue();
        event.queuedJobs = queuedJobs;
        event.hardwareCredits = hardwareCredits;
        write(event, subject);
    }

    static void dependsOn(JobSubject subject, long context, long seqno) {
        JobJfrEvent.Dependency event = new JobJfrEvent.Dependency();
        event.dependencyContext = context;
        event.dependencySeqno = seqno;
        write(event, subject);
    }

    static void ran(JobSubject subject, int queuedJobs, int hardwareCredits) {
        JobJfrEvent.Run event = new JobJfrEvent.Run();
        event.queuedJobs = queuedJobs;
        event.hardwareCredits = hardwareCredits;
        write(event, subject);
    }

    static void done(JobSubject subject) {
        write(new JobJfrEvent.Done(), subject);
    }

    private static void write(JobJfrEvent event, JobSubject subject) {
        if (event.shouldCommit()) {
            event.about(subject);
            event.commit();
        }
    }
}
