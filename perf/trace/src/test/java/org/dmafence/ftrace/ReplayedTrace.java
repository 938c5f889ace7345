package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.ftrace.ReplayStep.ForeignSignaled;
import org.dmafence.ftrace.ReplayStep.JobDone;
import org.dmafence.ftrace.ReplayStep.JobRan;
import org.dmafence.ftrace.ReplayStep.JobSubmitted;

/** A whole stream, checked against what all streams promise. */
record ReplayedTrace(List<ReplayStep> steps, TraceSummary summary) {

    static ReplayedTrace of(TraceReader reader, TraceLimits limits) throws TraceFormatException {
        JobStream stream = new JobStream(reader, limits);
        StepChecker checker = new StepChecker();
        List<ReplayStep> steps = new ArrayList<>();
        ReplayStep step;
        while ((step = stream.next()) != null) {
            checker.accept(step);
            steps.add(step);
        }
        assertThat(stream.next()).as("the end stays the end").isNull();
        checker.end(stream.summary());
        return new ReplayedTrace(steps, stream.summary());
    }

    <T extends ReplayStep> List<T> steps(Class<T> kind) {
        return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<TraceJob> jobs() {
        return steps(JobSubmitted.class).stream().map(JobSubmitted::job).toList();
    }

    TraceJob job(int index) {
        return jobs().get(index);
    }

    /** The steps as words: {@code S1} submitted, {@code R1} ran, {@code D1} done (jobs by order), {@code F} foreign. */
    String order() {
        List<Long> keys = jobs().stream().map(TraceJob::key).toList();
        List<String> words = new ArrayList<>();
        for (ReplayStep step : steps) {
            if (step instanceof JobSubmitted s) {
                words.add("S" + (keys.indexOf(s.job().key()) + 1));
            } else if (step instanceof JobRan r) {
                words.add("R" + (keys.indexOf(r.jobKey()) + 1));
            } else if (step instanceof JobDone d) {
                words.add("D" + (keys.indexOf(d.jobKey()) + 1));
            } else if (step instanceof ForeignSignaled) {
                words.add("F");
            }
        }
        return String.join(" ", words);
    }
}
