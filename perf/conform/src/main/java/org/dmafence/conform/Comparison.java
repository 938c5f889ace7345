package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dmafence.conform.Difference.Aspect;

/**
 * Compares what we answered to an op with what the kernel did, at a level: 1 results, 2 and events, 3 and tracepoints,
 * 4 and which of them came before the op returned.
 */
final class Comparison {
    static final int MIN_LEVEL = 1;
    static final int DEFAULT_LEVEL = 2;
    static final int MAX_LEVEL = 4;

    private static final int EVENTS = 2;
    static final int TRACEPOINTS = 3;

    /** The ops that return what is left of a time, if they return a number above 1. */
    private static final Set<String> TIMED = Set.of(
            "dma_fence_wait_timeout",
            "dma_fence_wait_any_timeout",
            "dma_resv_wait_timeout",
            "drm_sched_entity_flush",
            "drm_sched_suspend_timeout");

    /** What a remaining time or a time of the clock may be off by, in ms: the page of the format allows as much. */
    private static final long TOLERANCE_MS = 2;

    /**
     * What statistics of hardware time may be off by, in microseconds, beside a share of their value: the kernel
     * measured them while it was working, which took it some microseconds per job; virtual times are up to 2^7 times as
     * much.
     */
    private static final Map<String, Integer> FAIR_US =
            Map.of("runtime_us", 200, "avg_job_us", 100, "vruntime_us", 200 << 7, "vruntime_ns", 200 << 7);

    private static final double FAIR_SHARE = 0.01;

    /** What an omitted field of an event means; all others mean 0. */
    private static final Map<String, Map<String, Long>> DEFAULTS = Map.of(
            "enable_signaling", Map.of("ret", 1L),
            "wait", Map.of("timeout", -1L),
            "cb", Map.of("signaled", 1L),
            "run_job", Map.of("runs", 1L),
            "free_job", Map.of("finished_signaled", 1L));

    /** The tracepoints that random cases keep. */
    private static final Set<String> KEPT =
            Set.of("dma_fence_enable_signal", "dma_fence_signaled", "dma_fence_destroy");

    private final OracleFile file;
    private final int level;

    /** Whether tracepoints are compared: a kind of which not one was recorded was run without them. */
    private final boolean tracepoints;

    private final CaseJobs jobs = new CaseJobs();
    private final RunDifferences runs = new RunDifferences(jobs);
    private final EndedJobs ended = new EndedJobs(jobs);
    private final MergeTies ties = new MergeTies();
    private final Reach reach = new Reach();

    Comparison(OracleFile file, int level) {
        this.file = file;
        this.level = level;
        tracepoints = level >= TRACEPOINTS && isTraced(file);
    }

    private static boolean isTraced(OracleFile file) {
        return file.cases().stream()
                .flatMap(each -> each.ops().stream())
                .flatMap(op -> joined(op.outcome()).stream())
                .anyMatch(JsonNode::isTextual);
    }

    /** All respects in which an op of a case went otherwise; of the events only the first that differs. */
    List<Difference> compare(OracleCase each, OracleOp op, CaseRunner.Answer answer) {
        List<Difference> differences = new ArrayList<>();
        List<JsonNode> theirs = kept(each, joined(op.outcome()));
        List<JsonNode> mine = kept(each, joined(answer.outcome()));
        jobs.learn(op, answer);
        runs.follow(op, answer, theirs, mine);
        ended.follow(op, answer);
        ties.follow(op, answer);
        reach.follow(op);
        Parties parties = new Parties(each, jobs);
        Difference.Effects effects = new Difference.Effects(jobs, runs, ended, ties, reach, parties, theirs, mine);
        if (each.configDependent().contains(op.index())) {
            return differences;
        }
        compareResults(op, answer, effects, differences);
        if (level >= EVENTS) {
            compareEvents(each, op, answer, effects, differences);
        }
        return differences;
    }

    private void compareResults(
            OracleOp op, CaseRunner.Answer answer, Difference.Effects effects, List<Difference> differences) {
        JsonNode kernel = op.outcome().result();
        JsonNode ours = answer.outcome().result();
        Set<String> fields = new TreeSet<>();
        if (ours.has(CaseRunner.UNKNOWN_OP)) {
            JsonNode nothing = MissingNode.getInstance();
            differences.add(new Difference(
                    file,
                    op,
                    Aspect.RESULT,
                    CaseRunner.UNKNOWN_OP,
                    nothing,
                    ours.path(CaseRunner.UNKNOWN_OP),
                    answer,
                    effects));
            return;
        }
        kernel.fieldNames().forEachRemaining(fields::add);
        ours.fieldNames().forEachRemaining(fields::add);
        for (String field : fields) {
            JsonNode theirs = kernel.path(field);
            JsonNode mine = ours.path(field);
            boolean exact = field.equals("ret") && !TIMED.contains(op.name());
            if (!same(exact ? "" : field, theirs, mine, 0)) {
                differences.add(new Difference(file, op, Aspect.RESULT, field, theirs, mine, answer, effects));
            }
        }
    }

    private void compareEvents(
            OracleCase each,
            OracleOp op,
            CaseRunner.Answer answer,
            Difference.Effects effects,
            List<Difference> differences) {
        OracleOp.Outcome kernel = op.outcome();
        OracleOp.Outcome ours = answer.outcome();
        if (level < MAX_LEVEL) {
            compareInOrder(each, op, answer, effects, "", differences);
            return;
        }
        List<JsonNode> theirs = kept(each, kernel.events());
        List<JsonNode> mine = kept(each, ours.events());
        compareInOrder(each, op, answer, effects.with(theirs, mine), "events.", differences);
        theirs = kept(each, kernel.later());
        mine = kept(each, ours.later());
        compareInOrder(each, op, answer, effects.with(theirs, mine), "later.", differences);
    }

    private void compareInOrder(
            OracleCase each,
            OracleOp op,
            CaseRunner.Answer answer,
            Difference.Effects effects,
            String prefix,
            List<Difference> differences) {
        List<JsonNode> theirs = effects.theirs();
        List<JsonNode> mine = effects.mine();
        int at = inOrder(theirs, mine);
        if (at >= 0 && !effects.parties().agree(theirs, mine, Comparison::sameEvent)) {
            differences.add(new Difference(
                    file, op, Aspect.EVENTS, prefix + at, get(theirs, at), get(mine, at), answer, effects));
        }
    }

    private static int inOrder(List<JsonNode> theirs, List<JsonNode> mine) {
        for (int i = 0; i < Math.max(theirs.size(), mine.size()); i++) {
            if (!sameEvent(get(theirs, i), get(mine, i))) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the same happened in the same order. */
    static boolean isSame(List<JsonNode> theirs, List<JsonNode> mine) {
        return inOrder(theirs, mine) < 0;
    }

    private static JsonNode get(List<JsonNode> list, int index) {
        return index < list.size() ? list.get(index) : MissingNode.getInstance();
    }

    static List<JsonNode> joined(OracleOp.Outcome outcome) {
        List<JsonNode> all = new ArrayList<>(outcome.events());
        all.addAll(outcome.later());
        return all;
    }

    private List<JsonNode> kept(OracleCase each, List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.isObject() || (tracepoints && isKept(each, plain(event))))
                .flatMap(event -> file.beforeSeries() ? EarlierEvents.of(event) : Stream.of(event))
                .toList();
    }

    private static boolean isKept(OracleCase each, String tracepoint) {
        return !each.random() || KEPT.contains(tracepoint.substring(0, (tracepoint + " ").indexOf(' ')));
    }

    /** A tracepoint without its time. */
    static String plain(JsonNode event) {
        return event.asText().replaceFirst("^@\\d+ ", "");
    }

    static boolean sameEvent(JsonNode kernel, JsonNode ours) {
        if (kernel.isTextual() && ours.isTextual()) {
            return sameText(plain(kernel), plain(ours));
        }
        if (!kernel.isObject() || !ours.isObject() || !kernel.path("ev").equals(ours.path("ev"))) {
            return false;
        }
        Map<String, Long> defaults = DEFAULTS.getOrDefault(kernel.path("ev").asText(), Map.of());
        Set<String> fields = new TreeSet<>();
        kernel.fieldNames().forEachRemaining(fields::add);
        ours.fieldNames().forEachRemaining(fields::add);
        fields.remove("t");
        return fields.stream()
                .allMatch(field -> same(field, kernel.path(field), ours.path(field), defaults.getOrDefault(field, 0L)));
    }

    /** A fence that the kernel's harness could not name yet fits any. */
    private static boolean sameText(String kernel, String ours) {
        String[] theirs = kernel.split(" ", -1);
        String[] mine = ours.split(" ", -1);
        if (theirs.length != mine.length) {
            return false;
        }
        for (int i = 0; i < theirs.length; i++) {
            if (!theirs[i].equals(mine[i]) && !theirs[i].equals("?")) {
                return false;
            }
        }
        return true;
    }

    /** Whether two values of results agree. */
    static boolean sameValue(JsonNode kernel, JsonNode ours) {
        return same("", kernel, ours, 0) || same("timestamp", kernel, ours, 0);
    }

    /** Whether two values agree; a missing number is the default. */
    private static boolean same(String field, JsonNode kernel, JsonNode ours, long missing) {
        if (kernel.isTextual() && kernel.asText().equals("?")) {
            return ours.isTextual() && !ours.asText().equals(World.NOTHING);
        }
        if (isNumber(kernel) && isNumber(ours)) {
            return close(field, number(kernel, missing), number(ours, missing));
        }
        if (kernel.isContainerNode() && ours.isContainerNode()) {
            return sameParts(kernel, ours);
        }
        if (kernel.isMissingNode() && ours.isObject()) {
            return sameParts(JsonNodeFactory.instance.objectNode(), ours); // a thread that returned nothing, or 0
        }
        return kernel.equals(ours)
                || (kernel.isTextual() && ours.isTextual() && sameText(kernel.asText(), ours.asText()));
    }

    private static boolean sameParts(JsonNode kernel, JsonNode ours) {
        if (kernel.isArray() != ours.isArray() || (kernel.isArray() && kernel.size() != ours.size())) {
            return false;
        }
        if (kernel.isArray()) {
            Iterator<JsonNode> mine = ours.iterator();
            for (JsonNode theirs : kernel) {
                if (!same("", theirs, mine.next(), 0)) {
                    return false;
                }
            }
            return true;
        }
        Set<String> fields = new TreeSet<>();
        kernel.fieldNames().forEachRemaining(fields::add);
        ours.fieldNames().forEachRemaining(fields::add);
        return fields.stream().allMatch(field -> same(field, kernel.path(field), ours.path(field), 0));
    }

    private static boolean isNumber(JsonNode node) {
        return node.isIntegralNumber() || node.isMissingNode();
    }

    private static long number(JsonNode node, long missing) {
        return node.isMissingNode()
                ? missing
                : node.isBigInteger() ? node.bigIntegerValue().longValue() : node.asLong();
    }

    private static boolean close(String field, long kernel, long ours) {
        if (FAIR_US.containsKey(field)) {
            double unit = field.endsWith("_ns") ? 1000 : 1;
            double allowed = FAIR_US.get(field) * unit + FAIR_SHARE * Math.abs(kernel);
            return (kernel == 0) == (ours == 0) && Math.abs(kernel - ours) <= allowed;
        }
        boolean time = field.equals("timestamp") || (field.equals("ret") && kernel > 1 && ours > 0);
        return kernel == ours || (time && Math.abs(kernel - ours) <= TOLERANCE_MS);
    }
}
