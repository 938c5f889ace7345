package org.dmafence.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/** Knows JSON: fields dropped, null, of another type, out of range, swapped, nested without end. */
public final class JsonTree implements Mutator {
    private static final int MOST_ROUNDS = 4;
    private static final int MOST_COPIES = 500;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A container and where in it. */
    private record Place(ContainerNode<?> in, String field, int index) {
        JsonNode value() {
            return in instanceof ObjectNode object ? object.get(field) : in.get(index);
        }

        void set(JsonNode value) {
            if (in instanceof ObjectNode object) {
                object.set(field, value);
            } else if (in instanceof ArrayNode array) {
                array.set(index, value);
            }
        }

        void remove() {
            if (in instanceof ObjectNode object) {
                object.remove(field);
            } else if (in instanceof ArrayNode array) {
                array.remove(index);
            }
        }
    }

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        try {
            JsonNode root = MAPPER.readTree(seed);
            for (int rounds = 1 + random.nextInt(MOST_ROUNDS); rounds > 0; rounds--) {
                List<Place> places = places(root);
                if (!places.isEmpty()) {
                    once(places, MAPPER.readTree(other), random);
                }
            }
            return text(root).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("a seed that is no JSON: " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode root) throws JsonProcessingException {
        return MAPPER.writeValueAsString(root);
    }

    private static List<Place> places(JsonNode root) {
        List<Place> places = new ArrayList<>();
        collect(root, places);
        return places;
    }

    private static void collect(JsonNode in, List<Place> places) {
        if (in instanceof ObjectNode object) {
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                places.add(new Place(object, name, 0));
                collect(object.get(name), places);
            }
        } else if (in instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                places.add(new Place(array, "", i));
                collect(array.get(i), places);
            }
        }
    }

    private static void once(List<Place> places, JsonNode other, SplittableRandom random) {
        Place at = places.get(random.nextInt(places.size()));
        Place from = places.get(random.nextInt(places.size()));
        JsonNode value = at.value();
        switch (random.nextInt(14)) {
            case 0 -> at.remove();
            case 1 -> at.set(NODES.nullNode());
            case 2, 3, 4 -> at.set(scalar(value, random));
            case 5 -> at.set(NODES.textNode(Extremes.text(random)));
            case 6 -> at.set(from.value().deepCopy());
            case 7 -> {
                JsonNode kept = value.deepCopy();
                at.set(from.value().deepCopy());
                from.set(kept);
            }
            case 8 -> at.set(NODES.rawValueNode(new RawValue(nested(random))));
            case 9 -> at.set(random.nextBoolean() ? NODES.objectNode() : NODES.arrayNode());
            case 10 -> at.set(NODES.arrayNode().add(value.deepCopy()));
            case 11 -> again(at, random);
            case 12 -> part(at, places(other), random);
            default -> at.set(NODES.rawValueNode(new RawValue(Extremes.number(random))));
        }
    }

    /** Of the same type, mostly. */
    private static JsonNode scalar(JsonNode value, SplittableRandom random) {
        if (value.isNumber()) {
            return NODES.rawValueNode(new RawValue(Extremes.number(random)));
        }
        if (value.isBoolean()) {
            return NODES.booleanNode(!value.asBoolean());
        }
        return value.isTextual() ? NODES.textNode(Extremes.text(random)) : NODES.numberNode(random.nextInt(10));
    }

    private static String nested(SplittableRandom random) {
        int depth = 1 + random.nextInt(1 << random.nextInt(15));
        return random.nextBoolean()
                ? "[".repeat(depth) + "]".repeat(depth)
                : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    /** The same element many times, or the same field under another name. */
    private static void again(Place at, SplittableRandom random) {
        if (at.in() instanceof ArrayNode array) {
            for (int i = random.nextInt(MOST_COPIES); i >= 0; i--) {
                array.add(at.value().deepCopy());
            }
        } else if (at.in() instanceof ObjectNode object) {
            object.set(Extremes.text(random), at.value().deepCopy());
        }
    }

    private static void part(Place at, List<Place> other, SplittableRandom random) {
        if (!other.isEmpty()) {
            at.set(other.get(random.nextInt(other.size())).value().deepCopy());
        }
    }
}
