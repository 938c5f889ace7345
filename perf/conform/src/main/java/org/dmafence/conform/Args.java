package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The arguments of an op. Whatever is missing or of the wrong type is named together with the op. */
final class Args {
    private final JsonNode node;
    private final String where;

    Args(JsonNode node, String where) {
        this.node = node;
        this.where = where;
    }

    boolean has(String name) {
        return node.has(name);
    }

    String text(String name) throws OracleException {
        JsonNode value = node.path(name);
        if (!value.isTextual()) {
            throw bad(name, "text");
        }
        return value.asText();
    }

    String text(String name, String otherwise) throws OracleException {
        return has(name) ? text(name) : otherwise;
    }

    /** A name or a number as text, for whoever only looks at an op; it may be missing or of any type. */
    String textOr(String name, String otherwise) {
        return has(name) ? node.get(name).asText() : otherwise;
    }

    /** Whether an argument is one of some names, or lists one. */
    boolean mentionsOneOf(Set<String> names) {
        return node.properties().stream()
                .map(Map.Entry::getValue)
                .flatMap(value -> value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value))
                .anyMatch(value -> names.contains(value.asText()));
    }

    /** An integer; those of 64 bits without a sign are the same bits with one. */
    long number(String name) throws OracleException {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber()) {
            throw bad(name, "an integer");
        }
        return value.isBigInteger() ? value.bigIntegerValue().longValue() : value.asLong();
    }

    long number(String name, long otherwise) throws OracleException {
        return has(name) ? number(name) : otherwise;
    }

    int integer(String name) throws OracleException {
        long value = number(name);
        if (value != (int) value) {
            throw bad(name, "an integer of 32 bits");
        }
        return (int) value;
    }

    int integer(String name, int otherwise) throws OracleException {
        return has(name) ? integer(name) : otherwise;
    }

    boolean flag(String name) throws OracleException {
        return number(name, 0) != 0;
    }

    boolean isNumber(String name) {
        return node.path(name).isIntegralNumber();
    }

    /** The names of a list; none for a list that is missing, as a kernel function gets a null pointer then. */
    List<String> texts(String name) throws OracleException {
        List<String> list = new ArrayList<>();
        if (!has(name)) {
            return list;
        }
        for (JsonNode each : array(name)) {
            if (!each.isTextual()) {
                throw bad(name, "a list of names");
            }
            list.add(each.asText());
        }
        return list;
    }

    /** One of an enum's constants, by its name. */
    <E extends Enum<E>> E oneOf(String name, E otherwise) throws OracleException {
        String wanted = text(name, otherwise.name());
        for (E each : otherwise.getDeclaringClass().getEnumConstants()) {
            if (each.name().equals(wanted)) {
                return each;
            }
        }
        throw bad(name, "one of " + List.of(otherwise.getDeclaringClass().getEnumConstants()));
    }

    List<Long> numbers(String name) throws OracleException {
        List<Long> list = new ArrayList<>();
        for (JsonNode each : array(name)) {
            if (!each.isIntegralNumber()) {
                throw bad(name, "a list of integers");
            }
            list.add(each.isBigInteger() ? each.bigIntegerValue().longValue() : each.asLong());
        }
        return list;
    }

    private JsonNode array(String name) throws OracleException {
        JsonNode array = node.path(name);
        if (!array.isArray()) {
            throw bad(name, "a list");
        }
        return array;
    }

    /** What is wrong with an argument, for whoever finds out. */
    OracleException bad(String name, String wanted) {
        return new OracleException(where + ": \"" + name + "\" is "
                + (has(name) ? node.get(name).toString() : "missing") + "; it should be " + wanted);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "(", ")");
        node.properties().forEach(field -> text.add(field.getKey() + "=" + plain(field.getValue())));
        return text.toString();
    }

    private static String plain(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString().replace("\"", "");
    }
}
