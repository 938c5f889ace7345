package org.dmafence.ftrace;

/** What may be odd about a trace that can be replayed nevertheless. Counted in {@link TraceSummary#warnings()}. */
public enum TraceWarning {
    MALFORMED_LINE("malformed or cut line", "malformed or cut lines"),
    UNEXPLAINED_LINE("line that is not ftrace's", "lines that are not ftrace's"),
    CLOCK_BACKWARDS("clock going backwards", "clocks going backwards"),
    LOST_EVENTS("loss of events by the kernel", "losses of events by the kernel"),
    INPUT_CUT("compressed input that ends early", "compressed inputs that end early"),
    LOOK_AHEAD_FULL(
            "job released without knowing all its dependencies, as the look-ahead was full",
            "jobs released without knowing all their dependencies, as the look-ahead was full"),
    LATE_DEPENDENCY(
            "dependency of a job that already ran, ended, or was released",
            "dependencies of jobs that already ran, ended, or were released"),
    DEPENDENCY_OF_UNKNOWN_JOB(
            "dependency of a job whose submission is not in the trace",
            "dependencies of jobs whose submission is not in the trace"),
    FORWARD_DEPENDENCY(
            "dependency on a job that is submitted later, replayed as a foreign fence",
            "dependencies on jobs that are submitted later, replayed as foreign fences"),
    RUN_OF_UNKNOWN_JOB(
            "run of a job whose submission is not in the trace", "runs of jobs whose submission is not in the trace"),
    RUN_TWICE("second run of a job", "second runs of jobs"),
    DONE_OF_UNKNOWN_JOB(
            "completion of a job whose submission is not in the trace",
            "completions of jobs whose submission is not in the trace"),
    DONE_BEFORE_RUN("completion of a job that did not run", "completions of jobs that did not run"),
    DONE_TWICE("second completion of a job", "second completions of jobs"),
    JOB_SUPERSEDED(
            "unfinished job whose fence identity was given to another",
            "unfinished jobs whose fence identity was given to others"),
    JOB_FORGOTTEN(
            "unfinished job given up because too many are in flight",
            "unfinished jobs given up because too many are in flight"),
    GUESSED_FENCE(
            "job whose fence was guessed from what its task armed before",
            "jobs whose fences were guessed from what their tasks armed before"),
    TWO_RINGS_OF_ONE_NAME(
            "job number that goes back: two devices' rings of one name, taken for one, or a driver that was loaded again",
            "job numbers that go back: two devices' rings of one name, taken for one, or a driver that was loaded again"),
    LATE_SCHEDULER_EVENTS(
            "stretch of fence events only, with scheduler events after it",
            "stretches of fence events only, with scheduler events after them");

    private final String one;
    private final String many;

    TraceWarning(String one, String many) {
        this.one = one;
        this.many = many;
    }

    /** The warning as it stands after the number of times that it was met. */
    public String meaning(long times) {
        return times == 1 ? one : many;
    }
}
