package org.dmafence.actors;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What the fences of jobs ended with, by where the job was and who died; and what must not happen. */
final class KillMatrix {
    private final Map<KillStep, Map<KillParty, Map<String, Integer>>> cells = new EnumMap<>(KillStep.class);
    private int runs;
    private int fences;
    private int hung;
    private int twice;
    private int lost;

    void run() {
        runs++;
    }

    /** A fence ended. */
    void ended(KillStep step, KillParty party, String with) {
        cells.computeIfAbsent(step, s -> new EnumMap<>(KillParty.class))
                .computeIfAbsent(party, p -> new TreeMap<>())
                .merge(with, 1, Integer::sum);
    }

    /** A fence was looked at. */
    void fence(boolean signaled, int signals) {
        fences++;
        if (!signaled) {
            hung++;
        } else if (signals != 1) {
            twice++;
        }
    }

    /** So many jobs were taken and never let go of. */
    void lost(long jobs) {
        lost += (int) jobs;
    }

    int runs() {
        return runs;
    }

    boolean isClean() {
        return hung == 0 && twice == 0 && lost == 0;
    }

    /** How many fences signalled twice or their callback did not run. */
    String summary() {
        return "%,d runs, %,d fences: %d hung, %d lost, %d not signalled exactly once"
                .formatted(runs, fences, hung, lost, twice);
    }

    /**
     * The table: rows are steps, columns parties, cells what `finished` of the job in question ended with, and how
     * often.
     */
    String render() {
        StringBuilder text = new StringBuilder("%-12s".formatted("step"));
        KillParty[] parties = {
            KillParty.ENTITY, KillParty.CLIENT, KillParty.SCHEDULER, KillParty.ENGINE, KillParty.DRIVER
        };
        for (KillParty party : parties) {
            text.append(" | %-34s".formatted(party));
        }
        for (KillStep step : KillStep.values()) {
            text.append(System.lineSeparator()).append("%-12s".formatted(step));
            for (KillParty party : parties) {
                text.append(" | %-34s".formatted(cell(step, party)));
            }
        }
        return text.append(System.lineSeparator()).append(summary()).toString();
    }

    private String cell(KillStep step, KillParty party) {
        StringBuilder cell = new StringBuilder();
        cells.getOrDefault(step, Map.of())
                .getOrDefault(party, Map.of())
                .forEach((with, count) -> cell.append(cell.isEmpty() ? "" : ", ")
                        .append(with)
                        .append(' ')
                        .append(count));
        return cell.toString();
    }
}
