package org.dmafence.compare;

import org.dmafence.replay.StageTimes;
import org.dmafence.report.Percentiles;

/**
 * How long jobs took, stage by stage.
 *
 * @param queueToRun from the submission until the job was handed to the hardware
 * @param runToEnd from there to its end
 * @param hardware how long the hardware was at it: from the later of its run and the end of the job before it on its
 *     ring
 */
public record StageNs(Percentiles queueToRun, Percentiles runToEnd, Percentiles hardware) {
    /** Reads them off the histograms. */
    public static StageNs of(StageTimes times) {
        return new StageNs(
                Percentiles.of(times.queueToRun), Percentiles.of(times.runToEnd), Percentiles.of(times.hardware));
    }
}
