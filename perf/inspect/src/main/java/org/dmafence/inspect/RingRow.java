package org.dmafence.inspect;

import org.dmafence.report.Percentiles;

/**
 * A ring's jobs.
 *
 * @param busyNs how long the hardware was at any of them
 * @param queueToRunNs of the jobs whose submission was recorded
 * @param hardwareNs from the later of a job's run and the end of the one before
 */
public record RingRow(
        String device,
        String ring,
        long jobs,
        long busyNs,
        Percentiles queueToRunNs,
        Percentiles runToEndNs,
        Percentiles hardwareNs) {
    static RingRow of(String device, String ring, JobTimes times) {
        return new RingRow(
                device,
                ring,
                times.jobs,
                times.busyNs,
                JobTimes.percentiles(times.queueToRun),
                JobTimes.percentiles(times.runToEnd),
                JobTimes.percentiles(times.hardware));
    }

    /** The ring with its device. */
    public String where() {
        return device.isEmpty() ? ring : device + "/" + ring;
    }
}
