package org.dmafence.capture.perfetto;

import org.dmafence.capture.CaptureException;
import org.dmafence.capture.Fields;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.perfetto.EventNames.Described;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one event's message. A field that is zero or empty may be left out of it, so an event that has a name
 * has all fields of it; one that brings the names of its fields along, only those.
 */
final class MessageFields implements Fields {
    private final StringPool pool;
    private final WireReader wire = new WireReader(new byte[0], 0, 0);
    private final WireReader inner = new WireReader(new byte[0], 0, 0);
    private @Nullable Described described;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;
    private long number;
    private String text = "";

    MessageFields(StringPool pool) {
        this.pool = pool;
    }

    /** Shows a message; null for one that brings the names along. */
    MessageFields reset(@Nullable Described names, byte[] newBytes, int newFrom, int newTo) {
        described = names;
        bytes = newBytes;
        from = newFrom;
        to = newTo;
        return this;
    }

    @Override
    public boolean has(String name) {
        Described names = described;
        return names == null ? find(name) : names.numbers().containsKey(name);
    }

    @Override
    public long number(String name) {
        return find(name) ? number : 0;
    }

    @Override
    public String text(String name) {
        return find(name) ? text : "";
    }

    private boolean find(String name) {
        try {
            Described names = described;
            if (names == null) {
                return named(name);
            }
            Integer wanted = names.numbers().get(name);
            return wanted != null && numbered(wanted);
        } catch (CaptureException e) {
            return false; // cut: what stands before it is good
        }
    }

    private boolean numbered(int wanted) throws CaptureException {
        wire.reset(bytes, from, to);
        while (wire.next()) {
            if (wire.field == wanted) {
                take(wire);
                return true;
            }
        }
        return false;
    }

    /** {@code field { name: "x" str_value | int_value | uint_value }}. */
    private boolean named(String name) throws CaptureException {
        wire.reset(bytes, from, to);
        while (wire.next()) {
            if (wire.field == 2 && wire.type == WireReader.BYTES) {
                inner.reset(bytes, wire.from, wire.end);
                boolean wanted = false;
                number = 0;
                text = "";
                while (inner.next()) {
                    if (inner.field == 1) {
                        wanted = pool.get(bytes, inner.from, inner.end).equals(name);
                    } else {
                        take(inner);
                    }
                }
                if (wanted) {
                    return true;
                }
            }
        }
        return false;
    }

    private void take(WireReader of) {
        if (of.type == WireReader.BYTES) {
            text = pool.get(bytes, of.from, of.end);
            number = 0;
        } else {
            number = of.value;
            text = Long.toString(number);
        }
    }
}
