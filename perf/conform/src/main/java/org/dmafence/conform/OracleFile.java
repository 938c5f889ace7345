package org.dmafence.conform;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmafence.report.Reading;
import org.jspecify.annotations.Nullable;

/**
 * A file of scenarios of one kind, as one kernel ran them.
 *
 * @param path where it was read from
 * @param kernel how the kernel calls itself, {@code Linux 7.2.13 …}
 * @param kind such as {@code dma_fence_array}
 * @param cases in order
 */
record OracleFile(Path path, String kernel, String kind, List<OracleCase> cases) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;
    private static final int MOST_MIB = 16;
    private static final Pattern RELEASE = Pattern.compile("(?:Linux )?((\\d{1,4})\\.\\d+\\S*)");

    private static final Pattern SOURCE = Pattern.compile("[^,()]{1,40}\\([^,()]{1,60}\\)");

    /** The first major release with the series that detaches ops. */
    private static final int SERIES = 7;

    /** The release alone. */
    String release() {
        return Objects.requireNonNull(release(kernel)).group(1);
    }

    /** Whose answers they are, in the file's own words: the release and what stands in parentheses behind it. */
    String source() {
        Matcher matcher = SOURCE.matcher(kernel);
        return matcher.lookingAt() ? matcher.group() : release();
    }

    /** Whether the kernel is older than the series that detaches ops. */
    boolean beforeSeries() {
        return Integer.parseInt(Objects.requireNonNull(release(kernel)).group(2)) < SERIES;
    }

    private static @Nullable Matcher release(String kernel) {
        Matcher matcher = RELEASE.matcher(kernel);
        return matcher.lookingAt() ? matcher : null;
    }

    /** The files of scenarios in files and directories; other JSON in a directory is passed over. */
    static List<OracleFile> readAll(List<Path> paths) throws OracleException {
        List<OracleFile> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                int before = files.size();
                for (Path file : jsonIn(path)) {
                    JsonNode root = parse(file);
                    if (root.has("cases")) {
                        files.add(of(file, root));
                    }
                }
                if (files.size() == before) {
                    throw new OracleException(path + " has no JSON file with scenarios (\"cases\") in it");
                }
            } else {
                files.add(of(path, parse(path)));
            }
        }
        return files;
    }

    private static List<Path> jsonIn(Path directory) throws OracleException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new OracleException(directory + " can't be listed: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path path) throws OracleException {
        try {
            JsonNode root = JSON.readTree(Reading.text(path, MOST_MIB));
            if (root == null || !root.isObject()) {
                throw new OracleException(
                        path + ": not a file of scenarios: it should be a JSON object with \"format\","
                                + " \"kernel\", \"kind\" and \"cases\"");
            }
            return root;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation(); // none where the parser's own limits stopped it
            String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new OracleException(path + where + ": not JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            throw new OracleException(path + ": no such file, or not readable", e);
        } catch (IOException e) {
            throw new OracleException(path + " can't be read: " + e.getMessage(), e);
        }
    }

    /** The file that JSON from a path is. */
    static OracleFile of(Path path, JsonNode root) throws OracleException {
        if (root.path("format").asInt() != FORMAT) {
            throw new OracleException(
                    path + ": \"format\" is " + root.path("format") + "; this program reads format " + FORMAT);
        }
        for (String field : List.of("kernel", "kind")) {
            if (!root.path(field).isTextual()) {
                throw new OracleException(path + ": \"" + field + "\" is missing");
            }
        }
        if (release(root.path("kernel").asText()) == null) {
            throw new OracleException(path + ": \"kernel\" should begin with a release, such as \"Linux 7.2.13\"");
        }
        if (!root.path("cases").isArray()) {
            throw new OracleException(path + ": \"cases\" is missing, or is no list");
        }
        List<OracleCase> cases = new ArrayList<>();
        for (JsonNode each : root.path("cases")) {
            String id = each.path("id").asText("");
            String known = id.isEmpty() ? root.path("kind").asText() + "/#" + cases.size() : id;
            try {
                cases.add(caseOf(path, cases.size(), each));
            } catch (OracleException e) {
                cases.add(OracleCase.broken(known, String.valueOf(e.getMessage())));
            }
        }
        return new OracleFile(
                path, root.path("kernel").asText(), root.path("kind").asText(), cases);
    }

    private static OracleCase caseOf(Path path, int number, JsonNode node) throws OracleException {
        String id = node.path("id").asText("");
        if (id.isEmpty()) {
            throw new OracleException(path + ": case " + number + " has no \"id\"");
        }
        String notIn = node.has("not_in") ? node.path("not_in_reason").asText("") : null;
        if (notIn == null && (!node.path("ops").isArray() || node.path("ops").isEmpty())) {
            throw new OracleException(path + ": case " + id + " has no \"ops\"");
        }
        List<OracleOp> ops = new ArrayList<>();
        long atMs = 0;
        for (JsonNode op : node.path("ops")) {
            String name = op.path("op").asText("");
            if (name.isEmpty()) {
                throw new OracleException(path + ": case " + id + ", op " + ops.size() + " has no \"op\"");
            }
            if (op.has("args") && !op.path("args").isObject()) {
                throw new OracleException(
                        path + ": case " + id + ", op " + ops.size() + " (" + name + "): \"args\" should be an object");
            }
            Args args = new Args(op.path("args"), path + ": case " + id + ", op " + ops.size() + " (" + name + ")");
            atMs = op.path("at").asLong(atMs);
            JsonNode result = op.has("result") ? op.get("result") : JsonNodeFactory.instance.objectNode();
            OracleOp.Outcome outcome = new OracleOp.Outcome(result, list(op.path("events")), list(op.path("later")));
            OracleOp read = new OracleOp(ops.size(), name, args, atMs, outcome);
            ops.add(read);
            atMs = read.nextMs();
        }
        Set<Integer> configDependent = new HashSet<>();
        node.path("config_dependent_ops").forEach(index -> configDependent.add(index.asInt()));
        return new OracleCase(
                id,
                node.path("origin").asText().equals("random"),
                ops,
                notIn,
                configDependent,
                node.path("timing_sensitive").asBoolean(),
                null);
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>();
        array.forEach(list::add);
        return list;
    }
}
