package org.dmafence.ftrace;

/** What may be odd about a trace that can be replayed nevertheless. Counted in {@link TraceSummary#warnings()}. */
public enum TraceWarning {
    MALFORMED_LINE("malformed or cut line"),
    UNEXPLAINED_LINE("line that is not ftrace's"),
    CLOCK_BACKWARDS("clock going backwards"),
    LOST_EVENTS("events lost by the kernel"),
    INPUT_CUT("compressed input that ends early"),
    LOOK_AHEAD_FULL("look-ahead full, job released without knowing all its dependencies"),
    LATE_DEPENDENCY("dependency of a job that already ran, ended, or was released"),
    DEPENDENCY_OF_UNKNOWN_JOB("dependency of a job whose submission is not in the trace"),
    FORWARD_DEPENDENCY("dependency on a job that is submitted later, replayed as a foreign fence"),
    RUN_OF_UNKNOWN_JOB("run of a job whose submission is not in the trace"),
    RUN_TWICE("second run of a job"),
    DONE_OF_UNKNOWN_JOB("completion of a job whose submission is not in the trace"),
    DONE_BEFORE_RUN("completion of a job that did not run"),
    DONE_TWICE("second completion of a job"),
    JOB_SUPERSEDED("unfinished job whose fence identity was given to another"),
    JOB_FORGOTTEN("unfinished job given up because too many are in flight"),
    GUESSED_FENCE("job whose fence was guessed from what its task armed before"),
    TWO_RINGS_OF_ONE_NAME(
            "job number that goes back: two devices' rings of one name, taken for one, or a driver that was loaded again"),
    LATE_SCHEDULER_EVENTS("scheduler events after a long stretch of fence events only");

    private final String meaning;

    TraceWarning(String meaning) {
        this.meaning = meaning;
    }

    /** The warning as part of a sentence. */
    public String meaning() {
        return meaning;
    }
}
