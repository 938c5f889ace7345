package org.dmafence.race;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;

/** Says what scenarios and variants there are. */
public final class RaceListing {
    private final List<Scenario> scenarios;

    /** Lists these. */
    public RaceListing(List<Scenario> scenarios) {
        this.scenarios = scenarios;
    }

    /** All variants of some scenarios, each once. */
    public static Set<Variant> variants(List<Scenario> scenarios) {
        Set<Variant> all = new LinkedHashSet<>();
        scenarios.forEach(scenario -> all.addAll(scenario.variants()));
        return all;
    }

    @Override
    public String toString() {
        Set<Variant> variants = variants(scenarios);
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(Cell.of("scenario"), Cell.of("variants"), Cell.of("who races with whom")));
        for (Scenario scenario : scenarios) {
            rows.add(List.of(
                    Cell.of(scenario.name()),
                    Cell.of(String.valueOf(scenario.variants().size())),
                    Cell.of(scenario.about())));
        }
        List<List<Cell>> more = new ArrayList<>();
        more.add(List.of(Cell.of("variant"), Cell.of("role"), Cell.of("what it is")));
        for (Variant variant : variants) {
            more.add(List.of(
                    Cell.of(variant.name()),
                    Cell.of(variant.role().name().toLowerCase(Locale.ROOT)),
                    Cell.of(variant.about())));
        }
        return TextTable.fitted(false, rows) + "\n" + TextTable.fitted(false, more);
    }
}
