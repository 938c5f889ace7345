package org.dmafence.inspect;

import org.dmafence.report.Percentiles;

/**
 * A client's jobs.
 *
 * @param busyNs how long the hardware was at them
 * @param share of all clients' time on the hardware, from 0 to 1
 */
public record ClientRow(
        String client,
        long jobs,
        long busyNs,
        double share,
        Percentiles queueToRunNs,
        Percentiles runToEndNs,
        Percentiles hardwareNs) {
    static ClientRow of(String client, JobTimes times, long allNs) {
        return new ClientRow(
                client,
                times.jobs,
                times.busyNs,
                allNs == 0 ? 0 : (double) times.busyNs / allNs,
                JobTimes.percentiles(times.queueToRun),
                JobTimes.percentiles(times.runToEnd),
                JobTimes.percentiles(times.hardware));
    }
}
