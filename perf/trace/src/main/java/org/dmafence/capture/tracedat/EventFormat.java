package org.dmafence.capture.tracedat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an event's fields lie in its record, as the kernel describes it in the event's format file. */
final class EventFormat {
    /** What a field holds. */
    enum Kind {
        NUMBER,
        POINTER,
        /** Letters in the record itself. */
        LETTERS,
        /** Place and length of letters elsewhere in the record, from its beginning. */
        DATA_LOC,
        /** Place and length of letters elsewhere in the record, from the end of the field. */
        REL_LOC
    }

    record Field(Kind kind, int offset, int size, boolean signed) {}

    private static final int MAX_FIELDS = 1000;

    final String name;
    final int id;
    private final Map<String, Field> fields;

    private EventFormat(String name, int id, Map<String, Field> fields) {
        this.name = name;
        this.id = id;
        this.fields = fields;
    }

    @Nullable Field field(String wanted) {
        return fields.get(wanted);
    }

    /** Reads a format file; null if it describes nothing. */
    static @Nullable EventFormat parse(String text) {
        String name = "";
        int id = -1;
        Map<String, Field> fields = new HashMap<>();
        for (String line : text.split("\n", MAX_FIELDS)) {
            String trimmed = line.strip();
            if (trimmed.startsWith("name:")) {
                name = trimmed.substring(5).strip();
            } else if (trimmed.startsWith("ID:")) {
                id = number(trimmed.substring(3));
            } else if (trimmed.startsWith("field:")) {
                field(trimmed, fields);
            } else if (trimmed.startsWith("print fmt")) {
                break;
            }
        }
        return name.isEmpty() || id < 0 ? null : new EventFormat(name, id, fields);
    }

    /** {@code field:unsigned char common_flags; offset:2; size:1; signed:0;}. */
    static void field(String line, Map<String, Field> fields) {
        String[] parts = line.split(";", -1);
        String declaration = parts[0].substring(parts[0].indexOf(':') + 1).strip();
        int offset = -1;
        int size = -1;
        boolean signed = false;
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("offset:")) {
                offset = number(part.substring(7));
            } else if (part.startsWith("size:")) {
                size = number(part.substring(5));
            } else if (part.startsWith("signed:")) {
                signed = part.endsWith("1");
            }
        }
        int bracket = declaration.indexOf('[', declaration.lastIndexOf(' '));
        boolean array = bracket > 0;
        String plain = (array ? declaration.substring(0, bracket) : declaration).strip();
        int blank = Math.max(plain.lastIndexOf(' '), plain.lastIndexOf('*'));
        if (blank < 0 || offset < 0 || size < 0) {
            return;
        }
        String type = plain.substring(0, blank + 1);
        fields.putIfAbsent(plain.substring(blank + 1), new Field(kind(type, array), offset, size, signed));
    }

    private static Kind kind(String type, boolean array) {
        if (type.startsWith("__data_loc")) {
            return Kind.DATA_LOC;
        }
        if (type.startsWith("__rel_loc")) {
            return Kind.REL_LOC;
        }
        if (array && type.contains("char")) {
            return Kind.LETTERS;
        }
        return type.contains("*") ? Kind.POINTER : Kind.NUMBER;
    }

    private static int number(String text) {
        String digits = text.strip();
        if (digits.isEmpty() || digits.length() > 9) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(digits);
    }
}
