package org.dmafence.fuzz;

import java.util.List;
import org.dmafence.report.Schema;

/**
 * What a run found.
 *
 * @param seed of all chance in it
 * @param subjects a row for each reader
 */
@Schema("fuzz")
public record FuzzReport(long seed, long tookNs, boolean interrupted, List<Row> subjects) {
    /**
     * One reader.
     *
     * @param accepted read to the end: exit code 0 or 1
     * @param refused exit code 2
     * @param processes how many of the inputs a process of its own read as well
     * @param readNs how long the reading of all of them took
     * @param p99Ns an input that takes longer is one in a hundred
     * @param mostBytes the largest allocation of an input
     * @param weak why it was not tested, empty if it was
     * @param findings by kind
     */
    public record Row(
            String subject,
            long inputs,
            long accepted,
            long refused,
            long processes,
            long readNs,
            long p99Ns,
            long maxNs,
            long mostBytes,
            String weak,
            List<Finding> findings) {
        /** Inputs read in a second; 0 for none. */
        long perSecond() {
            return readNs == 0 ? 0 : Math.round(inputs * 1e9 / readNs);
        }
    }

    /**
     * A rule that was broken.
     *
     * @param rule which
     * @param detail how
     * @param input the number of the first input that breaks it so
     * @param times by how many
     * @param file where that input is kept, empty if it is not
     */
    public record Finding(String rule, String detail, long input, long times, String file) {}

    /** Whether no reader broke a rule, and every one was tested. */
    public boolean sound() {
        return subjects.stream()
                .allMatch(row -> row.findings().isEmpty() && row.weak().isEmpty());
    }
}
