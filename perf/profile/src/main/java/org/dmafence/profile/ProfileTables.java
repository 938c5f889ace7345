package org.dmafence.profile;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.dmafence.profile.ProfileReport.EdgeTimes;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.profile.ThreadUsage.PerJob;
import org.dmafence.report.Units;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;
import org.dmafence.report.page.Tone;
import org.jspecify.annotations.Nullable;

/** The tables of the page. */
final class ProfileTables {
    private static final List<String> QUANTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");
    private static final List<String> COMPARED = List.of("p50", "p99", "p99.9", "max");
    private static final List<Function<FinePercentiles, @Nullable Long>> VALUES =
            List.of(FinePercentiles::p50Ns, FinePercentiles::p99Ns, FinePercentiles::p999Ns, FinePercentiles::maxNs);

    private ProfileTables() {}

    private static Td name(Edge edge) {
        return Td.name(edge.label()).marked(Palette.edge(edge)).titled(edge.meaning());
    }

    /** Every edge of a shim. */
    static DomContent edges(Shim shim) {
        Table table = begin("edge");
        for (Edge edge : Edge.shown(shim)) {
            add(table, edge, cells(name(edge), shim.edge(edge)));
        }
        return table.element();
    }

    private static void add(Table table, Edge edge, List<Td> cells) {
        Table unused = edge == Edge.WHOLE ? table.total(cells) : table.row(cells);
    }

    private static Table begin(String first) {
        List<Td> titles = new ArrayList<>(List.of(Td.name(first), Td.number("jobs")));
        QUANTILES.forEach(title -> titles.add(Td.number(title)));
        return Table.of(titles);
    }

    private static List<Td> cells(Td first, FinePercentiles times) {
        List<Td> cells = new ArrayList<>(List.of(first, Td.number(Units.count(times.count()))));
        Sentences.times(times).forEach(time -> cells.add(Td.number(time)));
        return cells;
    }

    /** This run and the earlier one, side by side. */
    static DomContent comparison(Shim shim, Baseline baseline) {
        List<Td> titles = new ArrayList<>(List.of(Td.name("edge")));
        COMPARED.forEach(each -> titles.addAll(List.of(Td.number("now"), Td.number("then"), Td.number("ratio"))));
        Table table = Table.of(titles).group("", 1);
        COMPARED.forEach(title -> table.group(title, 3));
        for (Edge edge : Edge.shown(shim)) {
            FinePercentiles now = shim.edge(edge);
            FinePercentiles then = baseline.edge(shim.shim(), edge).orElse(null);
            List<Td> cells = new ArrayList<>(List.of(name(edge)));
            for (Function<FinePercentiles, @Nullable Long> value : VALUES) {
                cells.addAll(pair(now, then, value));
            }
            add(table, edge, cells);
        }
        return table.element();
    }

    private static List<Td> pair(
            FinePercentiles now, @Nullable FinePercentiles then, Function<FinePercentiles, @Nullable Long> value) {
        Td none = Td.number("-");
        if (now.count() == 0) {
            return List.of(none, none, none);
        }
        Td first = Td.number(Sentences.time(value.apply(now)));
        if (then == null) {
            return List.of(first, none, none);
        }
        Double ratio = Baseline.ratio(value.apply(now), value.apply(then));
        int sign = Baseline.sign(ratio);
        Tone tone = sign == 0 ? Tone.PLAIN : Tone.of(sign < 0);
        return List.of(
                first,
                Td.number(Sentences.time(value.apply(then))),
                Td.number(Baseline.text(ratio)).toned(tone));
    }

    /** What a job cost in both runs, in a sentence. */
    static String perJob(Shim now, Shim then) {
        return String.format(
                Locale.ROOT,
                "Achieved %s, then %s. Allocated per job %,.0f B, then %,.0f B (%s). CPU time per job %s, then %s (%s).",
                Sentences.rate(now.jobs().achievedPerSecond()),
                Sentences.rate(then.jobs().achievedPerSecond()),
                now.bytesPerJob(),
                then.bytesPerJob(),
                ratio(now.bytesPerJob(), then.bytesPerJob()),
                time(now.cpuNsPerJob()),
                time(then.cpuNsPerJob()),
                ratio(now.cpuNsPerJob(), then.cpuNsPerJob()));
    }

    private static String time(double ns) {
        return Units.time(Math.round(ns));
    }

    private static String ratio(double now, double then) {
        return Baseline.text(Baseline.ratio(Math.round(now), Math.round(then)));
    }

    /** The whole way of each client. */
    static DomContent clients(Shim shim) {
        Table table = begin("client");
        for (ProfileReport.Client client : shim.clients()) {
            for (EdgeTimes times : client.edges()) {
                if (times.edge().equals(Edge.WHOLE.tag())) {
                    table.row(cells(Td.name(client.client()), times.times()));
                }
            }
        }
        return table.element();
    }

    /** Who allocates and computes how much for a job. */
    static DomContent perJob(Shim shim) {
        Table table = Table.of(Td.name("threads"), Td.number("allocated per job"), Td.number("CPU time per job"));
        for (PerJob group : shim.perJob()) {
            table.row(cost(group.group(), group.bytes(), group.cpuNs()));
        }
        return table.total(cost("all", shim.bytesPerJob(), shim.cpuNsPerJob())).element();
    }

    private static List<Td> cost(String threads, double bytes, double cpuNs) {
        return List.of(
                Td.name(threads), Td.number(String.format(Locale.ROOT, "%,.0f B", bytes)), Td.number(time(cpuNs)));
    }
}
