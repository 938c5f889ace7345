package org.dmafence.race;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.Schedule.Row;
import org.dmafence.report.Json;
import org.dmafence.report.Reading;
import org.dmafence.report.Schema;

/**
 * A schedule in a file.
 *
 * @param format {@value #FORMAT}
 * @param law what its last move broke when it was written
 * @param moves the schedule; the text is for readers
 */
@Schema("race-schedule")
public record Replay(String format, String scenario, String variant, String memory, String law, List<Row> moves) {
    private static final String FORMAT = "dmafence-race-1";
    private static final int MOST_MIB = 16;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** A schedule that a search found. */
    public static Replay of(Result result, RaceReport.Failure failure) {
        return new Replay(FORMAT, result.scenario(), result.variant(), result.memory(), failure.law(), failure.rows());
    }

    /** The name of the file that replays a schedule. */
    public static String fileName(Result result, RaceReport.Failure failure) {
        return result.scenario() + "." + result.variant() + "." + result.memory() + "." + failure.law() + ".json";
    }

    /** As JSON. */
    public String json() {
        return Json.of(this);
    }

    /** Reads a file. */
    public static Replay read(Path file) throws ReplayException {
        JsonNode root;
        try {
            root = MAPPER.readTree(Reading.text(file, MOST_MIB));
        } catch (JacksonException e) {
            throw new ReplayException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ReplayException("a schedule can't be read: " + e.getMessage(), e);
        }
        if (!FORMAT.equals(root.path("format").asText())) {
            throw new ReplayException(file + " is no schedule: its format is not " + FORMAT);
        }
        List<Row> moves = new ArrayList<>();
        for (JsonNode move : root.path("moves")) {
            moves.add(new Row(
                    number(file, move, "party"),
                    text(file, move, "how"),
                    number(file, move, "index"),
                    move.path("text").asText()));
        }
        return new Replay(
                FORMAT,
                text(file, root, "scenario"),
                text(file, root, "variant"),
                text(file, root, "memory"),
                text(file, root, "law"),
                moves);
    }

    private static String text(Path file, JsonNode in, String field) throws ReplayException {
        if (!in.path(field).isTextual()) {
            throw new ReplayException(file + " has no text '" + field + "' where there must be one");
        }
        return in.path(field).asText();
    }

    private static int number(Path file, JsonNode in, String field) throws ReplayException {
        int value = in.path(field).asInt(-1);
        if (!in.path(field).isInt() || value < 0 || value > 0xff) {
            throw new ReplayException(file + " has no small number '" + field + "' where there must be one");
        }
        return value;
    }

    /** Makes the moves again, one by one. */
    public RaceReport run(List<Scenario> known) throws ReplayException {
        long beganNs = System.nanoTime();
        Scenario of = known.stream()
                .filter(one -> one.name().equals(scenario))
                .findFirst()
                .orElseThrow(() -> new ReplayException("there is no scenario '" + scenario + "' to replay"));
        Variant in = of.variants().stream()
                .filter(one -> one.name().equals(variant))
                .findFirst()
                .orElseThrow(() -> new ReplayException(scenario + " has no variant '" + variant + "' to replay"));
        Schedule schedule = schedule(of.machine(in, memoryNamed()));
        Broken named = schedule.broken(law);
        List<RaceReport.Failure> failures = new ArrayList<>();
        for (Broken one : named == null ? schedule.broken() : List.of(named)) {
            failures.add(RaceRun.failure(of, in, schedule, one));
        }
        Outcome.Verdict verdict = failures.isEmpty() ? Outcome.Verdict.BOUNDED : Outcome.Verdict.FOUND;
        long tookNs = System.nanoTime() - beganNs;
        int length = moves.size();
        Result result = new Result(
                scenario,
                variant,
                in.role().name(),
                memory,
                true,
                verdict.name(),
                false,
                length + 1,
                length,
                length,
                tookNs,
                failures);
        return new RaceReport(List.of(memory), "replay", 0, null, List.of(result), tookNs);
    }

    /** Whether what was replayed broke the law that the file names. */
    public boolean confirmedBy(RaceReport report) {
        return report.results().stream()
                .allMatch(result -> result.failures().stream()
                        .anyMatch(failure -> failure.law().equals(law)));
    }

    private Memory memoryNamed() throws ReplayException {
        for (Memory one : Memory.values()) {
            if (one.toString().equals(memory)) {
                return one;
            }
        }
        throw new ReplayException("there is no memory '" + memory + "'; there are " + Arrays.toString(Memory.values()));
    }

    private Schedule schedule(Machine machine) throws ReplayException {
        List<Move> made = new ArrayList<>();
        for (Row row : moves) {
            made.add(new Move(row.party(), how(row.how()), row.index()));
        }
        try {
            return Schedule.of(machine, made);
        } catch (Schedule.ImpossibleException e) {
            Row row = moves.get(e.at);
            throw new ReplayException("move " + (e.at + 1) + " (party " + row.party() + ", " + row.how()
                    + ") can't be made in " + scenario + ", " + variant + ", " + memory
                    + ": the file was changed, or comes from another version");
        }
    }

    private static Move.How how(String name) throws ReplayException {
        for (Move.How one : Move.How.values()) {
            if (one.toString().equals(name)) {
                return one;
            }
        }
        throw new ReplayException("there is no move '" + name.toLowerCase(Locale.ROOT) + "'; there are "
                + Arrays.toString(Move.How.values()));
    }

    /** Which case of the test that replays all schedules is this one. */
    static String caseName(Result result, RaceReport.Failure failure) {
        return result.scenario() + ", " + result.variant() + ", " + result.memory() + ", " + failure.law();
    }
}
