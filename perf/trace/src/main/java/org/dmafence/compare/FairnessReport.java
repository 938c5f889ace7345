package org.dmafence.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.dmafence.fairness.ClientService;
import org.dmafence.fairness.Fairness;
import org.dmafence.fairness.ServiceLog;
import org.dmafence.report.Percentiles;
import org.dmafence.workload.Workload;
import org.jspecify.annotations.Nullable;

/**
 * How a policy shared the hardware among clients.
 *
 * @param clock whose nanoseconds the times are: {@code virtual}, or {@code trace}
 * @param jain Jain's index of what each client got, relative to what it was due: 1 if nobody was treated better than
 *     others, 1/n if one of n got everything. In a trace, of the hardware's time, since it does not tell what anybody was due.
 * @param spanNs how long it was observed
 * @param busy the part of that time for which the hardware worked; of several rings together, so it may be above 1
 * @param waitNs from submission until the hardware began, all clients together
 * @param latencyNs from submission to the end of the job, all clients together
 * @param starvedNs the longest time for which a client had jobs and the hardware worked on none of them
 * @param starved which client that was; null if there is none
 * @param clients each of them
 */
public record FairnessReport(
        String clock,
        double jain,
        long spanNs,
        double busy,
        Percentiles waitNs,
        Percentiles latencyNs,
        long starvedNs,
        @Nullable String starved,
        List<ClientReport> clients) {

    /** The clients of a workload, in its order. */
    public static FairnessReport of(ServiceLog log, Workload workload) {
        double[] due = workload.fairShares();
        long hardwareNs = hardwareNs(log);
        List<ClientReport> clients = new ArrayList<>();
        double[] got = new double[due.length];
        for (ClientService client : log.clients()) {
            int i = clients.size();
            got[i] = (double) client.hardwareNs() / log.spanNs() / due[i];
            clients.add(ClientReport.of(
                    client, hardwareNs, workload.clients().get(i).priority().name(), due[i]));
        }
        return of("virtual", Fairness.jain(got), log, clients);
    }

    /** The clients of a trace. */
    public static FairnessReport of(ServiceLog log) {
        long hardwareNs = hardwareNs(log);
        double[] got =
                log.clients().stream().mapToDouble(ClientService::hardwareNs).toArray();
        return of(
                "trace",
                Fairness.jain(got),
                log,
                log.clients().stream()
                        .map(client -> ClientReport.of(client, hardwareNs, null, null))
                        .toList());
    }

    private static FairnessReport of(String clock, double jain, ServiceLog log, List<ClientReport> clients) {
        Histogram waits = new Histogram(3);
        Histogram latencies = new Histogram(3);
        for (ClientService client : log.clients()) {
            waits.add(client.waits());
            latencies.add(client.latencies());
        }
        ClientReport starved = clients.stream()
                .filter(client -> client.starvedNs() > 0)
                .max(Comparator.comparingLong(ClientReport::starvedNs))
                .orElse(null);
        return new FairnessReport(
                clock,
                ClientReport.rounded(jain),
                log.spanNs(),
                log.spanNs() == 0 ? 0 : ClientReport.rounded((double) hardwareNs(log) / log.spanNs()),
                Percentiles.of(waits),
                Percentiles.of(latencies),
                starved == null ? 0 : starved.starvedNs(),
                starved == null ? null : starved.client(),
                clients);
    }

    private static long hardwareNs(ServiceLog log) {
        return log.clients().stream().mapToLong(ClientService::hardwareNs).sum();
    }
}
