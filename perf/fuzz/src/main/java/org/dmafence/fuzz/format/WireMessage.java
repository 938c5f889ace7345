package org.dmafence.fuzz.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A protobuf message that is being written, field by field. */
public final class WireMessage {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireMessage varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    WireMessage raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A field that is a number. */
    public WireMessage number(int field, long value) {
        return varint((long) field << 3).varint(value);
    }

    /** A field of bytes. */
    public WireMessage bytes(int field, byte[] bytes) {
        varint(((long) field << 3) | 2).varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** A field that is a text. */
    public WireMessage text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A field that is a message. */
    public WireMessage message(int field, WireMessage inner) {
        return bytes(field, inner.bytes());
    }

    /** A field that is a list of numbers without tags. */
    public WireMessage packed(int field, long... numbers) {
        WireMessage list = new WireMessage();
        for (long number : numbers) {
            list.varint(number);
        }
        return message(field, list);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
