package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A case that was run once, compared with recordings in which one thing is wrong. */
final class PlantedMistakes {
    private static final int LEVEL = 2;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * A wrong recording of an op.
     *
     * @param how what was done to it: {@code alien}, {@code drop EVENT}, {@code twice EVENT}, {@code swap EVENT},
     *     {@code result FIELD}
     */
    record Mistake(int index, String how, OracleOp.Outcome outcome) {
        /** Whether a field is wrong that is there. */
        boolean isResult() {
            return how.startsWith("result") && !how.equals("result planted");
        }
    }

    /** The rules after which a case means nothing. */
    private static final Set<String> ENDING = Set.of("not-in-7.2", "no-empty-arrays");

    private final OracleFile file;
    private final OracleCase original;
    private final List<CaseRunner.Answer> answers = new ArrayList<>();

    /** The rules that excuse differences of the recording as it is, by op. */
    private final Map<Integer, Set<String>> rules = new LinkedHashMap<>();

    PlantedMistakes(OracleFile file, OracleCase original, @Nullable Path issuerJar) throws OracleException {
        this.file = file;
        this.original = original;
        new CaseRunner(new OpTable(), file.kind(), issuerJar).run(original, answers);
        Comparison comparison = new Comparison(file, LEVEL);
        for (int i = 0; i < answers.size(); i++) {
            Set<String> names = new LinkedHashSet<>();
            for (Difference difference :
                    comparison.compare(original, original.ops().get(i), answers.get(i))) {
                names.add(Deviations.of(difference).map(Deviation::name).orElse(""));
            }
            Deviations.ending(answers.get(i).notes()).ifPresent(rule -> names.add(rule.name()));
            if (!names.isEmpty()) {
                rules.put(i, names);
            }
        }
    }

    /** The rules that the case rests on. */
    Set<String> rules() {
        Set<String> all = new LinkedHashSet<>();
        rules.values().forEach(all::addAll);
        return all;
    }

    /** Those that excuse something of one op. */
    Set<String> rulesAt(int index) {
        return rules.getOrDefault(index, Set.of());
    }

    /**
     * Whether everything of an op is compared: nothing of one that we did not carry out, or that depends on how a
     * kernel was built.
     */
    private boolean isCompared(int index) {
        return !original.configDependent().contains(index)
                && !answers.get(index).outcome().result().has(CaseRunner.SKIPPED)
                && rulesAt(index).stream().noneMatch(ENDING::contains);
    }

    /**
     * The mistakes that should be found and are not: a field or an event that nobody has heard of anywhere, any other
     * in an op that the rules have nothing to excuse of.
     *
     * @param free those of the latter that are left out
     */
    List<String> missed(Predicate<Mistake> free) {
        return mistakes().stream()
                .filter(mistake -> isCompared(mistake.index()))
                .filter(mistake ->
                        isUnheardOf(mistake) || (rulesAt(mistake.index()).isEmpty() && !free.test(mistake)))
                .filter(mistake -> !finds(mistake))
                .map(mistake -> "op " + mistake.index() + " "
                        + original.ops().get(mistake.index()).text() + ": " + mistake.how())
                .toList();
    }

    private static boolean isUnheardOf(Mistake mistake) {
        return mistake.how().equals("alien") || mistake.how().equals("result planted");
    }

    /** All that are planted, one at a time, in the ops that were carried out. */
    List<Mistake> mistakes() {
        List<Mistake> list = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            OracleOp.Outcome outcome = original.ops().get(i).outcome();
            plantEvents(list, i, outcome);
            plantResults(list, i, outcome);
        }
        return list;
    }

    private void plantEvents(List<Mistake> list, int index, OracleOp.Outcome outcome) {
        List<JsonNode> alien = new ArrayList<>(outcome.later());
        alien.add(JSON.objectNode().put("ev", "WARN").put("in", "planted"));
        list.add(new Mistake(index, "alien", new OracleOp.Outcome(outcome.result(), outcome.events(), alien)));
        List<JsonNode> all = Comparison.joined(outcome);
        all.removeIf(event -> !event.isObject());
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i).path("ev").asText();
            List<JsonNode> less = new ArrayList<>(all);
            less.remove(i);
            list.add(mistake(index, "drop " + name, outcome, less));
            List<JsonNode> more = new ArrayList<>(all);
            more.add(i, all.get(i));
            list.add(mistake(index, "twice " + name, outcome, more));
            if (i > 0 && !Comparison.sameEvent(all.get(i - 1), all.get(i))) {
                List<JsonNode> swapped = new ArrayList<>(all);
                swapped.add(i - 1, swapped.remove(i));
                list.add(mistake(index, "swap " + name, outcome, swapped));
            }
        }
    }

    private static Mistake mistake(int index, String how, OracleOp.Outcome outcome, List<JsonNode> events) {
        return new Mistake(index, how, new OracleOp.Outcome(outcome.result(), events, List.of()));
    }

    private static void plantResults(List<Mistake> list, int index, OracleOp.Outcome outcome) {
        ObjectNode extra = outcome.result().deepCopy();
        extra.put("planted", 7);
        list.add(new Mistake(index, "result planted", new OracleOp.Outcome(extra, outcome.events(), outcome.later())));
        outcome.result().fieldNames().forEachRemaining(field -> {
            JsonNode value = outcome.result().path(field);
            ObjectNode wrong = outcome.result().deepCopy();
            if (value.isIntegralNumber()) {
                wrong.put(field, value.asLong() + 1_000_003);
            } else if (value.isArray()) {
                ((ArrayNode) wrong.path(field)).add("planted");
            } else {
                wrong.put(field, "planted");
            }
            list.add(new Mistake(
                    index, "result " + field, new OracleOp.Outcome(wrong, outcome.events(), outcome.later())));
        });
    }

    /** Whether a mistake is found. */
    boolean finds(Mistake mistake) {
        List<OracleOp> ops = new ArrayList<>(original.ops());
        OracleOp op = ops.get(mistake.index());
        ops.set(mistake.index(), new OracleOp(op.index(), op.name(), op.args(), op.atMs(), mistake.outcome()));
        OracleCase wrong = new OracleCase(
                original.id(),
                original.random(),
                ops,
                null,
                original.configDependent(),
                original.timingSensitive(),
                null);
        Comparison comparison = new Comparison(file, LEVEL);
        for (int i = 0; i < answers.size(); i++) {
            for (Difference difference : comparison.compare(wrong, ops.get(i), answers.get(i))) {
                if (Deviations.of(difference).isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }
}
