package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmafence.conform.report.ConformReport.Row;

/** Puts the kernel's answers and ours side by side. */
final class Listing {
    /** How many ops are shown before the one that differs. */
    private static final int BEFORE = 12;

    /** What both sides may leave out. */
    private static final JsonNode ZERO = IntNode.valueOf(0);

    private Listing() {}

    /** The ops of a case up to its first difference. */
    static List<Row> of(CaseResult result, Difference difference, int level) {
        List<Row> rows = new ArrayList<>();
        int end = difference.op().index();
        for (int i = Math.max(0, end - BEFORE); i <= end; i++) {
            OracleOp op = result.oracleCase().ops().get(i);
            OracleOp.Outcome ours = result.answers().get(i).outcome();
            String call = i + " " + op.text();
            rows.add(new Row(call, call, false));
            boolean last = i == end;
            add(rows, "  = ", op.outcome().result(), ours.result(), last);
            List<JsonNode> theirs = events(op.outcome(), level);
            List<JsonNode> mine = events(ours, level);
            for (int e = 0; e < Math.max(theirs.size(), mine.size()); e++) {
                JsonNode left = e < theirs.size() ? theirs.get(e) : MissingNode.getInstance();
                JsonNode right = e < mine.size() ? mine.get(e) : MissingNode.getInstance();
                add(rows, "    ", left, right, last);
            }
        }
        return rows;
    }

    private static void add(List<Row> rows, String indent, JsonNode kernel, JsonNode ours, boolean compared) {
        boolean differs = compared && !plain(kernel).equals(plain(ours));
        String left = plain(kernel).isEmpty() ? "" : indent + plain(kernel);
        String right = plain(ours).isEmpty() ? "" : indent + plain(ours);
        if (!left.isEmpty() || !right.isEmpty()) {
            rows.add(new Row(left, right, differs));
        }
    }

    private static List<JsonNode> events(OracleOp.Outcome outcome, int level) {
        List<JsonNode> events = new ArrayList<>(outcome.events());
        events.addAll(outcome.later());
        events.removeIf(event -> event.isTextual() && level < Comparison.TRACEPOINTS);
        return events;
    }

    private static String plain(JsonNode node) {
        if (node.isMissingNode() || (node.isObject() && node.isEmpty())) {
            return "";
        }
        if (!node.isObject()) {
            return node.asText();
        }
        return node.properties().stream()
                .filter(field ->
                        !field.getKey().equals("t") && !field.getValue().equals(ZERO))
                .map(field -> field.getKey().equals("ev")
                        ? field.getValue().asText()
                        : field.getKey() + "=" + field.getValue().toString().replace("\"", ""))
                .collect(Collectors.joining(" "));
    }
}
