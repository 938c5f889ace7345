package org.dmafence.capture.perfetto;

import java.nio.charset.StandardCharsets;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;

/** Steps from field to field of a protobuf message in memory. */
final class WireReader {
    static final int VARINT = 0;
    private static final int FIXED64 = 1;
    static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private byte[] bytes;
    private int at;
    private int to;

    /** The number of the current field. */
    int field;

    /** How the current field is written. */
    int type;

    /** A number's value. */
    long value;

    /** Where the bytes of a text or message begin. */
    int from;

    /** Where they end. */
    int end;

    WireReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        at = from;
        this.to = to;
    }

    WireReader reset(byte[] newBytes, int newFrom, int newTo) {
        bytes = newBytes;
        at = newFrom;
        to = newTo;
        return this;
    }

    static CaptureException damaged(String what) {
        return new CaptureException(Problem.DAMAGED, "is a damaged Perfetto trace: " + what, "record it again");
    }

    /** Goes to the next field; false at the end. */
    boolean next() throws CaptureException {
        if (at >= to) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        if (field <= 0 || tag >>> 32 != 0) {
            throw damaged("field " + (tag >>> 3));
        }
        switch (type) {
            case VARINT -> value = varint();
            case FIXED64 -> value = fixed(8);
            case FIXED32 -> value = fixed(4);
            case BYTES -> {
                long length = varint();
                if (length < 0 || length > to - at) {
                    throw damaged("a field of " + Long.toUnsignedString(length) + " bytes");
                }
                from = at;
                end = at + (int) length;
                at = end;
            }
            default -> throw damaged("a field of type " + type);
        }
        return true;
    }

    /** Takes a number that has no tag, as those of a packed list; only while {@link #more}. */
    long varint() throws CaptureException {
        long number = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= to) {
                break;
            }
            byte b = bytes[at++];
            number |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return number;
            }
        }
        throw damaged("a number without an end");
    }

    boolean more() {
        return at < to;
    }

    private long fixed(int size) throws CaptureException {
        if (to - at < size) {
            throw damaged("a number without an end");
        }
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = number << 8 | (bytes[at + i] & 0xff);
        }
        at += size;
        return number;
    }

    byte[] bytes() {
        return bytes;
    }

    String text() {
        return type == BYTES ? new String(bytes, from, end - from, StandardCharsets.UTF_8) : "";
    }
}
