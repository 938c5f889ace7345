package org.dmafence.fuzz.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dmafence.fuzz.Bytes;
import org.dmafence.fuzz.Mutator;
import org.jspecify.annotations.Nullable;

/**
 * Knows protobuf: changes one field somewhere in the tree of messages, and writes all lengths around it anew, so that
 * the change is reached.
 */
public final class WireTree implements Mutator {
    private static final int MOST_ROUNDS = 4;
    private static final int DEEPEST = 10;
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    /** A field; the bytes of one that is not {@link #BYTES} are how its number is written. */
    private static final class Field {
        final int number;
        final int type;
        final byte[] bytes;

        Field(int number, int type, byte[] bytes) {
            this.number = number;
            this.type = type;
            this.bytes = bytes;
        }
    }

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        byte[] message = seed;
        for (int rounds = 1 + random.nextInt(MOST_ROUNDS); rounds > 0; rounds--) {
            message = changed(message, other, 0, random);
        }
        return message;
    }

    private static byte[] changed(byte[] message, byte[] other, int depth, SplittableRandom random) {
        List<Field> fields = parse(message);
        if (fields == null || fields.isEmpty()) {
            return new Bytes().mutate(message, other, random);
        }
        int at = random.nextInt(fields.size());
        Field field = fields.get(at);
        boolean message0 = field.type == BYTES && depth < DEEPEST && parse(field.bytes) != null;
        if (message0 && random.nextInt(5) != 0) {
            fields.set(at, new Field(field.number, BYTES, changed(field.bytes, other, depth + 1, random)));
        } else {
            once(fields, at, other, random);
        }
        return written(fields);
    }

    private static void once(List<Field> fields, int at, byte[] other, SplittableRandom random) {
        Field field = fields.get(at);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> fields.set(at, number(field.number, HostileNumbers.extreme(random)));
            case 3 -> fields.add(random.nextInt(fields.size() + 1), field);
            case 4 -> fields.remove(at);
            case 5 -> fields.set(at, new Field(1 + random.nextInt(700), field.type, field.bytes));
            case 6 -> {
                for (int i = random.nextInt(1 << random.nextInt(1, 10)); i > 0; i--) {
                    fields.add(field);
                }
            }
            case 7 -> fields.set(at, new Field(field.number, BYTES, new Bytes().mutate(field.bytes, other, random)));
            case 8 -> fields.set(at, text(field.number, random));
            case 9 -> {
                List<Field> others = parse(other);
                if (others != null && !others.isEmpty()) {
                    fields.add(others.get(random.nextInt(others.size())));
                }
            }
            case 10 -> fields.set(at, new Field(field.number, BYTES, written(fields)));
            default -> {
                byte[] zipped = Packing.deflated(written(fields));
                fields.set(at, new Field(50, BYTES, zipped));
            }
        }
    }

    private static Field number(int field, long value) {
        return new Field(field, VARINT, new WireMessage().varint(value).bytes());
    }

    private static Field text(int field, SplittableRandom random) {
        String text = switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "x".repeat(random.nextInt(1 << random.nextInt(1, 14)));
            case 2 -> "a\u001b[2J\nb";
            default -> "drm_sched";
        };
        return new Field(field, BYTES, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] written(List<Field> fields) {
        WireMessage message = new WireMessage();
        for (Field field : fields) {
            if (field.type == BYTES) {
                message.bytes(field.number, field.bytes);
            } else {
                message.varint((long) field.number << 3 | field.type).raw(field.bytes);
            }
        }
        return message.bytes();
    }

    /** The fields of a message; null if the bytes are none. */
    private static @Nullable List<Field> parse(byte[] bytes) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int behind = behindVarint(bytes, at);
            if (behind < 0) {
                return null;
            }
            long tag = varint(bytes, at, behind);
            int type = (int) (tag & 7);
            int from = behind;
            int to = switch (type) {
                case VARINT -> behindVarint(bytes, from);
                case 1 -> from + 8;
                case 5 -> from + 4;
                case BYTES -> {
                    int content = behindVarint(bytes, from);
                    long length = content < 0 ? -1 : varint(bytes, from, content);
                    from = content;
                    yield length < 0 || length > bytes.length - content ? -1 : content + (int) length;
                }
                default -> -1;
            };
            if (to < 0 || to > bytes.length || tag >>> 3 == 0 || tag >>> 3 > 1 << 28) {
                return null;
            }
            byte[] content = new byte[to - from];
            System.arraycopy(bytes, from, content, 0, content.length);
            fields.add(new Field((int) (tag >>> 3), type, content));
            at = to;
        }
        return fields;
    }

    private static int behindVarint(byte[] bytes, int from) {
        for (int i = from; i < Math.min(bytes.length, from + 10); i++) {
            if (bytes[i] >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static long varint(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value |= (long) (bytes[i] & 0x7f) << (7 * (i - from));
        }
        return value;
    }
}
