package org.dmafence.race;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.Schedule.Row;
import org.dmafence.report.tracks.TrackEvent;
import org.dmafence.report.tracks.TrackWriter;

/**
 * The schedules that were found, as tracks: one for each schedule, and below it one for each party, with a slice for
 * each of its moves. A move takes a microsecond, for want of time. An arrow leads from a store to when it becomes
 * visible, and from a load that is put off to when it is performed.
 */
public final class RaceTracks {
    private static final long MOVE_NS = 1_000;

    private final TrackWriter tracks;

    private RaceTracks(OutputStream out) {
        tracks = new TrackWriter(out);
    }

    /** Writes all schedules; the stream stays the caller's to close. */
    public static void write(RaceReport report, OutputStream out) {
        RaceTracks writer = new RaceTracks(out);
        for (Result result : report.results()) {
            for (Failure failure : result.failures()) {
                writer.write(result, failure);
            }
        }
    }

    private void write(Result result, Failure failure) {
        long schedule = tracks.track(
                TrackWriter.NONE,
                result.scenario() + ", " + result.variant() + ", " + result.memory() + ": " + failure.law());
        List<Row> rows = failure.rows();
        tracks.slice(
                schedule,
                0,
                Math.max(1, rows.size()) * MOVE_NS,
                TrackEvent.of(failure.words())
                        .category("law")
                        .annotate("what happened", failure.detail())
                        .annotate("question", failure.question()));
        List<Long> parties = new ArrayList<>();
        failure.parties().forEach(party -> parties.add(tracks.track(schedule, party)));
        Map<Integer, Integer> effects = effects(rows);
        Map<Integer, Long> arrows = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            TrackEvent move = TrackEvent.of(row.text()).category(row.how()).annotate("move", String.valueOf(i + 1));
            if (i == rows.size() - 1) {
                move.annotate("breaks", failure.law() + ": " + failure.detail());
            }
            Integer effect = effects.get(i);
            if (effect != null) {
                long arrow = tracks.arrow();
                move.arrow(arrow);
                arrows.put(effect, arrow);
            }
            Long arrow = arrows.get(i);
            if (arrow != null) {
                move.arrowEnd(arrow);
            }
            tracks.slice(parties.get(row.party()), i * MOVE_NS, (i + 1) * MOVE_NS, move);
        }
    }

    /** Which later move is the effect of a move, for those that have one. */
    private static Map<Integer, Integer> effects(List<Row> rows) {
        Map<Integer, Integer> effects = new HashMap<>();
        Map<Integer, List<Integer>> buffered = new HashMap<>();
        Map<Integer, Integer> deferred = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            List<Integer> stores = buffered.computeIfAbsent(row.party(), party -> new ArrayList<>());
            switch (row.how()) {
                case "buffer" -> stores.add(i);
                case "drain" -> {
                    if (row.index() < stores.size()) {
                        effects.put(stores.remove(row.index()), i);
                    }
                }
                case "defer" -> deferred.put(row.party(), i);
                case "late" -> {
                    Integer load = deferred.remove(row.party());
                    if (load != null) {
                        effects.put(load, i);
                    }
                }
                default -> {
                    // Takes effect at once.
                }
            }
        }
        return effects;
    }
}
