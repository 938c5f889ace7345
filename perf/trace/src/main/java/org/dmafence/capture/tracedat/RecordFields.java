package org.dmafence.capture.tracedat;

import org.dmafence.capture.Fields;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.tracedat.EventFormat.Field;
import org.dmafence.capture.tracedat.EventFormat.Kind;

/** The fields of one record in a page. A field that does not lie in its record is none. */
final class RecordFields implements Fields {
    private final StringPool pool;
    private final boolean bigEndian;
    private EventFormat format;
    private byte[] bytes = new byte[0];
    private int from;
    private int length;

    RecordFields(StringPool pool, boolean bigEndian, EventFormat any) {
        this.pool = pool;
        this.bigEndian = bigEndian;
        format = any;
    }

    RecordFields reset(EventFormat newFormat, byte[] page, int start, int newLength) {
        format = newFormat;
        bytes = page;
        from = start;
        length = newLength;
        return this;
    }

    @Override
    public boolean has(String name) {
        Field field = format.field(name);
        return field != null && fits(field.offset(), field.size());
    }

    private boolean fits(int offset, int size) {
        return offset >= 0 && size >= 0 && offset <= length - size;
    }

    @Override
    public long number(String name) {
        Field field = format.field(name);
        return field == null ? 0 : number(field);
    }

    long number(Field field) {
        int size = Math.min(8, field.size());
        boolean letters = field.kind() != Kind.NUMBER && field.kind() != Kind.POINTER;
        if (letters || size == 0 || !fits(field.offset(), size)) {
            return 0;
        }
        return field.signed()
                ? Numbers.signed(bytes, from + field.offset(), size, bigEndian)
                : Numbers.unsigned(bytes, from + field.offset(), size, bigEndian);
    }

    /** A pointer to letters is printed as such: what it pointed to was not recorded. */
    @Override
    public String text(String name) {
        Field field = format.field(name);
        if (field == null || !fits(field.offset(), field.size())) {
            return "";
        }
        return switch (field.kind()) {
            case LETTERS -> letters(field.offset(), field.size());
            case DATA_LOC -> elsewhere(field, 0);
            case REL_LOC -> elsewhere(field, field.offset() + field.size());
            case POINTER -> Long.toHexString(number(field));
            case NUMBER -> Long.toString(number(field));
        };
    }

    private String elsewhere(Field field, int base) {
        if (field.size() < 4) {
            return "";
        }
        int place = Numbers.u32(bytes, from + field.offset(), bigEndian);
        return letters(base + (place & 0xffff), place >>> 16);
    }

    private String letters(int offset, int size) {
        if (!fits(offset, 0)) {
            return "";
        }
        int end = from + offset;
        int limit = Math.min(end + size, from + length);
        while (end < limit && bytes[end] != 0) {
            end++;
        }
        return pool.get(bytes, from + offset, end);
    }
}
