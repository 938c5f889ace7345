package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Work that is generated instead of taken from a trace. */
final class WorkloadOptions {
    @Option(
            names = "--workload",
            paramLabel = "NAME|FILE",
            split = ",",
            description = {
                "Instead of traces, generated clients on one ring, under virtual time: two-clients, fifty-clients,"
                        + " fifty-shallow, hog, starvation, queue-depth, hang, the kernel's own tests of fairness (kernel-...), all; or a file"
                        + " that describes others, see docs/65-reports.md."
            })
    List<String> names = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What a workload leaves to chance is drawn with it; default: ${DEFAULT-VALUE}.")
    long seed = 1;

    boolean isAsked() {
        return !names.isEmpty();
    }
}
