package org.dmafence.compare;

import org.dmafence.fairness.ClientService;
import org.dmafence.report.Percentiles;
import org.jspecify.annotations.Nullable;

/**
 * What one client got.
 *
 * @param client its name
 * @param priority {@code KERNEL}, {@code HIGH}, {@code NORMAL} or {@code LOW}; null if a trace does not tell
 * @param submitted jobs it submitted
 * @param finished jobs that ended well
 * @param failed jobs that ended with an error
 * @param unserved jobs that the hardware had not begun with at the end
 * @param hardwareNs for how long the hardware worked for it
 * @param share the same as a part of all the time that the hardware worked
 * @param fairShare the part of the hardware's time that it was due by its demand; null if a trace does not tell
 * @param waitNs from submission until the hardware began, or until the end of the run
 * @param latencyNs from submission to the end of the job
 * @param starvedNs the longest time for which it had jobs and the hardware worked on none of them
 */
public record ClientReport(
        String client,
        @Nullable String priority,
        long submitted,
        long finished,
        long failed,
        long unserved,
        long hardwareNs,
        double share,
        @Nullable Double fairShare,
        Percentiles waitNs,
        Percentiles latencyNs,
        long starvedNs) {

    static ClientReport of(
            ClientService client, long allHardwareNs, @Nullable String priority, @Nullable Double fairShare) {
        return new ClientReport(
                client.name(),
                priority,
                client.submitted(),
                client.finished(),
                client.failed(),
                client.unserved(),
                client.hardwareNs(),
                allHardwareNs == 0 ? 0 : rounded((double) client.hardwareNs() / allHardwareNs),
                fairShare == null ? null : rounded(fairShare),
                Percentiles.of(client.waits()),
                Percentiles.of(client.latencies()),
                client.starvedNs());
    }

    /** Six decimals: what follows tells nobody anything. */
    static double rounded(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }
}
