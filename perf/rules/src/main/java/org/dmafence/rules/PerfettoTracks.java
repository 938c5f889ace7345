package org.dmafence.rules;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a file of Perfetto's TrackEvents and holds it to what its reader needs: every field is one of those in {@code
 * perfetto_trace.proto}, tracks are described before they are used, the slices of a track are within or behind each
 * other, and every arrow has two ends.
 *
 * @param tracks names by number, each behind the names of those above it
 * @param slices {@code track: name [from, to)}
 * @param broken what does not hold, in words
 */
public record PerfettoTracks(Map<Long, String> tracks, List<String> slices, List<String> broken) {
    private static final int PACKET = 1;
    private static final int TIMESTAMP = 8;
    private static final int SEQUENCE = 10;
    private static final int TRACK_EVENT = 11;
    private static final int SEQUENCE_FLAGS = 13;
    private static final int TRACK_DESCRIPTOR = 60;

    /** Of one message: number of the field, and a {@link Long} or {@code byte[]}. */
    private record Field(int number, Object value) {
        long asLong() {
            return (Long) value;
        }

        String asText() {
            return new String((byte[]) value, StandardCharsets.UTF_8);
        }
    }

    private record Event(long track, long ns, long order, int type, String name) {}

    /** Reads a file. */
    public static PerfettoTracks of(byte[] file) {
        return new Reading().read(file);
    }

    private static final class Reading {
        private final Map<Long, String> tracks = new LinkedHashMap<>();
        private final List<Event> events = new ArrayList<>();
        private final Map<Long, Integer> arrowEnds = new HashMap<>();
        private final Set<String> broken = new TreeSet<>();

        PerfettoTracks read(byte[] file) {
            for (Field packet : fields(file)) {
                if (packet.number() == PACKET) {
                    packet((byte[]) packet.value());
                } else {
                    broken.add("a trace has no field " + packet.number());
                }
            }
            arrowEnds.forEach((arrow, ends) -> {
                if (ends != 2) {
                    broken.add("arrow " + arrow + " has " + ends + " ends");
                }
            });
            return new PerfettoTracks(tracks, slices(), List.copyOf(broken));
        }

        private void packet(byte[] bytes) {
            long ns = 0;
            byte[] event = null;
            boolean first = tracks.isEmpty() && events.isEmpty();
            for (Field field : fields(bytes)) {
                switch (field.number()) {
                    case TIMESTAMP -> ns = field.asLong();
                    case SEQUENCE -> {
                        if (field.asLong() == 0) {
                            broken.add("a packet is of no sequence");
                        }
                    }
                    case SEQUENCE_FLAGS -> {
                        if (!first) {
                            broken.add("a packet that is not the first says that none is before it");
                        }
                    }
                    case TRACK_EVENT -> event = (byte[]) field.value();
                    case TRACK_DESCRIPTOR -> describe((byte[]) field.value());
                    default -> broken.add("a packet has no field " + field.number());
                }
            }
            if (event != null) {
                event(event, ns);
            }
        }

        private void describe(byte[] bytes) {
            long uuid = 0;
            String name = "";
            String above = "";
            for (Field field : fields(bytes)) {
                switch (field.number()) {
                    case 1 -> uuid = field.asLong();
                    case 2 -> name = field.asText();
                    case 5 -> above = tracks.getOrDefault(field.asLong(), "?") + " / ";
                    case 8 -> name += " (counter)";
                    default -> broken.add("a track has no field " + field.number());
                }
            }
            if (tracks.put(uuid, above + name) != null) {
                broken.add("track " + uuid + " is described twice");
            }
        }

        private void event(byte[] bytes, long ns) {
            long track = 0;
            int type = 0;
            String name = "";
            for (Field field : fields(bytes)) {
                switch (field.number()) {
                    case 9 -> type = (int) field.asLong();
                    case 11 -> track = field.asLong();
                    case 23 -> name = field.asText();
                    case 47, 48 -> arrowEnds.merge(field.asLong(), 1, Integer::sum);
                    case 4, 22, 30 -> {
                        // Words, a category, a counter's value.
                    }
                    default -> broken.add("an event has no field " + field.number());
                }
            }
            if (!tracks.containsKey(track)) {
                broken.add("an event is on track " + track + ", which is not described");
            }
            events.add(new Event(track, ns, events.size(), type, name));
        }

        /** A reader sorts what happens by its time, and keeps the order of what happens at one. */
        private List<String> slices() {
            List<String> slices = new ArrayList<>();
            Map<Long, List<Event>> open = new HashMap<>();
            events.stream()
                    .sorted((a, b) ->
                            a.ns() != b.ns() ? Long.compare(a.ns(), b.ns()) : Long.compare(a.order(), b.order()))
                    .forEach(event -> {
                        List<Event> stack = open.computeIfAbsent(event.track(), t -> new ArrayList<>());
                        if (event.type() == 1) {
                            stack.add(event);
                        } else if (event.type() == 2 && stack.isEmpty()) {
                            broken.add("a slice of " + tracks.get(event.track()) + " ends that did not begin");
                        } else if (event.type() == 2) {
                            Event begin = stack.remove(stack.size() - 1);
                            slices.add(tracks.get(begin.track()) + ": " + begin.name() + " [" + begin.ns() + ", "
                                    + event.ns() + ")");
                        }
                    });
            open.forEach((track, left) -> {
                if (!left.isEmpty()) {
                    broken.add("a slice of " + tracks.get(track) + " does not end");
                }
            });
            return slices;
        }

        private static List<Field> fields(byte[] bytes) {
            List<Field> fields = new ArrayList<>();
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                long tag = varint(in);
                Object value = switch ((int) (tag & 7)) {
                    case 0 -> varint(in);
                    case 1 -> in.getLong();
                    case 2 -> {
                        byte[] content = new byte[(int) varint(in)];
                        in.get(content);
                        yield content;
                    }
                    default -> throw new IllegalArgumentException("wire type " + (tag & 7));
                };
                fields.add(new Field((int) (tag >>> 3), value));
            }
            return fields;
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number without an end");
        }
    }
}
