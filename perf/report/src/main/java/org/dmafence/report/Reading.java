package org.dmafence.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that are small unless somebody made a mistake: the limit is looked at while they are read, not before.
 */
public final class Reading {
    private static final int MIB = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Reading() {}

    /**
     * A whole file in UTF-8.
     *
     * @param mostMib how large it may be; a device or a pipe that goes on for ever ends there too
     * @throws IOException also if it is larger; the message says both sizes
     */
    public static String text(Path file, int mostMib) throws IOException {
        int most = mostMib * MIB;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                long size = Files.isRegularFile(file) ? Files.size(file) : bytes.length;
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "is larger than " + mostMib + " MiB (" + Units.count(size)
                                + " bytes or more), so it is not what it should be");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /**
     * A record that {@link Json#of} wrote. Fields that this version does not know are passed over; one that is missing
     * or null where there must be a value is an error, here and not when it is needed.
     *
     * @throws JsonProcessingException if it is no JSON, or not that record's; without the text of the file
     */
    public static <T extends Record> T record(String json, Class<T> type) throws JsonProcessingException {
        T value = MAPPER.readValue(json, type);
        if (value == null) {
            throw new Incomplete("it is null");
        }
        check(value, type.getSimpleName());
        return value;
    }

    private static void check(Record value, String path) throws Incomplete {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            String name = path + "." + component.getName();
            Object field;
            try {
                component.getAccessor().setAccessible(true); // of a nested record that is not public
                field = component.getAccessor().invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(name, e);
            }
            check(field, component.getAnnotatedType(), name);
        }
    }

    private static void check(@Nullable Object value, AnnotatedType type, String path) throws Incomplete {
        if (value == null) {
            if (!type.isAnnotationPresent(Nullable.class)) {
                throw new Incomplete(path + " is missing or null");
            }
        } else if (value instanceof Record nested) {
            check(nested, path);
        } else if (value instanceof List<?> list && type instanceof AnnotatedParameterizedType of) {
            for (Object element : list) {
                check(element, of.getAnnotatedActualTypeArguments()[0], path + "[]");
            }
        }
    }

    /** JSON with a hole. */
    private static final class Incomplete extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        Incomplete(String message) {
            super(message);
        }
    }
}
