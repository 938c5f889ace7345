package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The open cases with one op changed, at random: the format allows all of what comes out, so all of it has to run,
 * whatever the answers are. {@code -Ddmafence.mutants=N} makes N of each case and each way,
 * {@code -Ddmafence.mutants.seed} others.
 */
class MutantsTest {
    private static final int PER_CASE = Integer.getInteger("dmafence.mutants", 0);
    private static final long SEED = Long.getLong("dmafence.mutants.seed", 1);

    /** Of how many cases one mutant is made, if nothing else is said. */
    private static final int ONE_OF = 4;

    private static final Path OPEN = Path.of("src/test/resources/oracle/linux-7.2");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Without these an op is about nothing. */
    private static final Set<String> SUBJECTS = Set.of(
            "fence",
            "resv",
            "job",
            "entity",
            "sched",
            "timeline",
            "fd",
            "thread",
            "cb",
            "f1",
            "f2",
            "ctx",
            "eventfd",
            "drm",
            "async",
            "act_fence",
            "src",
            "guilty");

    /** The last two are about fences; what the user's kinds name are descriptors. */
    private static final List<String> WAYS = List.of("drop", "other", "repeat", "swap", "insert", "list");

    private static final List<String> ON_ANY_FENCE = List.of(
            "dma_fence_signal",
            "dma_fence_signal_locked",
            "dma_fence_signal_timestamp",
            "dma_fence_check_and_signal",
            "dma_fence_set_error",
            "dma_fence_get",
            "dma_fence_put",
            "dma_fence_get_status",
            "dma_fence_is_signaled",
            "dma_fence_timestamp",
            "dma_fence_enable_sw_signaling",
            "dma_fence_wait_timeout",
            "dma_fence_set_deadline",
            "dma_fence_describe",
            "dma_fence_add_callback",
            "dma_fence_array_first",
            "dma_fence_array_next",
            "dma_fence_chain_walk",
            "dma_fence_chain_for_each",
            "dma_fence_chain_find_seqno",
            "dma_fence_unwrap_for_each",
            "fence_names",
            "fence_state",
            "fence_flags",
            "chain_state",
            "SYNC_IOC_FILE_INFO");

    private static final List<String> ON_LISTS =
            List.of("dma_fence_wait_any_timeout", "dma_fence_array_create", "dma_fence_unwrap_merge");

    /** What nothing that a file says may lead to. */
    private static final Pattern INTERNAL = Pattern.compile(
            "NullPointer|ClassCast|IndexOutOf|NoSuchElement|ConcurrentMod|Assertion|ArrayStore|NegativeArray|StackOverflow|UncheckedIO");

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dma_fence",
                "dma_fence_array",
                "dma_fence_chain",
                "dma_fence_unwrap",
                "dma_fence_rcu",
                "dma_resv",
                "sw_sync",
                "sync_file",
                "drm_syncobj",
                "drm_sched"
            })
    void shouldRunWhateverTheFormatAllows(String kind) throws Exception {
        Path path = OPEN.resolve(kind + ".json");
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(path.toFile());
        List<String> wrong = new ArrayList<>();
        int ran = 0;
        for (JsonNode each : root.path("cases")) {
            if (each.has("not_in") || each.path("ops").findValuesAsText("op").contains("module_load")) {
                continue;
            }
            for (String way : CaseRunner.USER_KINDS.contains(kind) ? WAYS.subList(0, 4) : WAYS) {
                int mutants = PER_CASE > 0 ? PER_CASE : random.nextInt(ONE_OF) == 0 ? 1 : 0;
                for (int i = 0; i < mutants; i++) {
                    ObjectNode mutant = each.deepCopy();
                    mutant.put("id", mutant.path("id").asText() + " " + way + " " + i);
                    if (mutate(way, (ArrayNode) mutant.path("ops"))) {
                        run(root, path, mutant, wrong);
                        ran++;
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(ran).isGreaterThan(5);
    }

    private boolean mutate(String way, ArrayNode ops) {
        int at = random.nextInt(ops.size());
        ObjectNode op = (ObjectNode) ops.get(at);
        List<String> fences = fences(ops);
        switch (way) {
            case "drop" -> {
                List<String> names = new ArrayList<>();
                op.path("args").fieldNames().forEachRemaining(names::add);
                names.removeAll(SUBJECTS);
                if (names.isEmpty()) {
                    return false;
                }
                String dropped = any(names);
                String value = ((ObjectNode) op.path("args")).remove(dropped).asText();
                if (dropped.equals("out") && ops.toString().contains('"' + value + '"')) {
                    return false; // nobody would make what others name
                }
            }
            case "other" -> {
                boolean makes = op.path("op").asText().matches("dma_fence_init|SW_SYNC.*");
                if (makes || !op.path("args").has("fence")) {
                    return false;
                }
                ((ObjectNode) op.path("args")).put("fence", any(fences));
            }
            case "repeat" -> ops.insert(random.nextInt(ops.size()), op.deepCopy());
            case "swap" -> {
                int other = random.nextInt(ops.size());
                ops.set(at, ops.get(other).deepCopy());
                ops.set(other, op);
            }
            case "insert" -> ops.insert(random.nextInt(ops.size() + 1), onFence(fences));
            default -> ops.insert(random.nextInt(ops.size() + 1), onList(fences));
        }
        ops.forEach(each -> ((ObjectNode) each).remove("at"));
        return true;
    }

    private ObjectNode onFence(List<String> fences) {
        String name = any(ON_ANY_FENCE);
        ObjectNode op = JSON.objectNode().put("op", name);
        ObjectNode args = op.putObject("args").put("fence", any(fences));
        switch (name) {
            case "dma_fence_set_error" -> args.put("error", 5 * random.nextInt(3) - 5);
            case "dma_fence_add_callback" -> args.put("cb", "another");
            case "dma_fence_wait_timeout" ->
                args.put("timeout", random.nextInt(4) - 1).put("async", "another");
            default -> {
                // needs no more
            }
        }
        return op;
    }

    private ObjectNode onList(List<String> fences) {
        String name = any(ON_LISTS);
        ObjectNode op = JSON.objectNode().put("op", name);
        ObjectNode args = op.putObject("args");
        ArrayNode list = args.putArray("fences");
        for (int left = random.nextInt(4); left > 0; left--) {
            list.add(any(fences));
        }
        if (name.equals("dma_fence_wait_any_timeout")) {
            args.put("timeout", random.nextInt(4) - 1).put("async", "another");
        } else {
            args.put("out", "another");
        }
        return op;
    }

    private static List<String> fences(ArrayNode ops) {
        List<String> names = new ArrayList<>(List.of("null"));
        for (JsonNode op : ops) {
            for (String argument : List.of("fence", "out")) {
                if (op.path("args").has(argument)) {
                    names.add(op.path("args").path(argument).asText());
                }
            }
            if (op.path("args").has("job")) {
                String job = op.path("args").path("job").asText();
                names.addAll(List.of(job + ".scheduled", job + ".finished", job + ".hw"));
            }
        }
        return names;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static void run(ObjectNode root, Path path, ObjectNode mutant, List<String> wrong) throws Exception {
        ObjectNode only = JSON.objectNode();
        root.fieldNames().forEachRemaining(field -> only.set(field, root.path(field)));
        only.putArray("cases").add(mutant);
        OracleFile file = OracleFile.of(path, only);
        OracleCase each = file.cases().get(0);
        if (each.broken() != null) {
            wrong.add(each.broken());
            return;
        }
        List<CaseRunner.Answer> answers = new ArrayList<>();
        try {
            assertTimeoutPreemptively(
                    Duration.ofMinutes(1), () -> new CaseRunner(new OpTable(), file.kind(), null).run(each, answers));
        } catch (Exception refused) {
            wrong.add(refused.toString());
        }
        Comparison comparison = new Comparison(file, Comparison.MAX_LEVEL);
        for (int i = 0; i < answers.size(); i++) {
            OracleOp op = each.ops().get(i);
            comparison.compare(each, op, answers.get(i)).forEach(Deviations::of);
            OracleOp.Outcome outcome = answers.get(i).outcome();
            String all = outcome.result() + " " + Comparison.joined(outcome);
            if (all.contains(CaseRunner.THREW) && INTERNAL.matcher(all).find()) {
                wrong.add(each.id() + ", op " + i + " " + op.text() + ": " + all);
            }
        }
    }
}
