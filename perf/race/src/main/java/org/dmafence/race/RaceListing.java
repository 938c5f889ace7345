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
    private final List<Scenario> incidents;

    /** Lists these, the incidents under a heading of their own. */
    public RaceListing(List<Scenario> scenarios, List<Scenario> incidents) {
        this.scenarios = scenarios;
        this.incidents = incidents;
    }

    /** All variants of some scenarios, each once. */
    public static Set<Variant> variants(List<Scenario> scenarios) {
        Set<Variant> all = new LinkedHashSet<>();
        scenarios.forEach(scenario -> all.addAll(scenario.variants()));
        return all;
    }

    @Override
    public String toString() {
        List<Scenario> all = new ArrayList<>(scenarios);
        all.addAll(incidents);
        Set<Variant> variants = variants(all);
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(Cell.of("scenario"), Cell.of("variants"), Cell.of("who races with whom")));
        scenarios.forEach(scenario -> rows.add(row(scenario)));
        List<List<Cell>> happened = new ArrayList<>();
        happened.add(List.of(Cell.of("incident"), Cell.of("variants"), Cell.of("what met what")));
        incidents.forEach(incident -> happened.add(row(incident)));
        List<List<Cell>> more = new ArrayList<>();
        more.add(List.of(Cell.of("variant"), Cell.of("role"), Cell.of("what it is")));
        for (Variant variant : variants) {
            more.add(List.of(
                    Cell.of(variant.name()),
                    Cell.of(variant.role().name().toLowerCase(Locale.ROOT)),
                    Cell.of(variant.about())));
        }
        return TextTable.fitted(false, rows) + "\n" + TextTable.fitted(false, happened) + "\n"
                + TextTable.fitted(false, more);
    }

    private static List<Cell> row(Scenario scenario) {
        return List.of(
                Cell.of(scenario.name()),
                Cell.of(String.valueOf(scenario.variants().size())),
                Cell.of(scenario.about()));
    }
}
