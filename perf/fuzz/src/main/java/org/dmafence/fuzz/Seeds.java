package org.dmafence.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The good inputs that come with the fuzzer. */
public final class Seeds {
    private static final List<String> KINDS = List.of(
            "dma_fence",
            "dma_fence_array",
            "dma_fence_chain",
            "dma_fence_rcu",
            "dma_fence_unwrap",
            "dma_resv",
            "drm_sched",
            "drm_syncobj",
            "sw_sync",
            "sync_file");

    private Seeds() {}

    /** Files of scenarios, a case in each; together they have every op. */
    public static List<byte[]> scenarios() {
        JsonMapper mapper = JsonMapper.builder().build();
        List<byte[]> files = new ArrayList<>();
        try {
            for (String kind : KINDS) {
                JsonNode whole = mapper.readTree(of("oracle-" + kind + ".json"));
                for (JsonNode one : whole.get("cases")) {
                    ObjectNode file = whole.deepCopy();
                    file.putArray("cases").add(one);
                    files.add(mapper.writeValueAsString(file).getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Schedules that the race lab wrote. */
    public static List<byte[]> schedules() {
        return List.of(of("replay-freed-table.json"), of("replay-null-table.json"), of("replay-early-literal.json"));
    }

    /** A profile's figures. */
    public static byte[] profile() {
        return of("profile.json");
    }

    /** The same profile's histograms. */
    public static byte[] histograms() {
        return of("profile.hlog");
    }

    /** Lines of ftrace in every layout that there is. */
    public static byte[] layouts() {
        return of("layouts.txt");
    }

    /** The events of all drivers, in the forms that mail, logs, pages and other tools give lines. */
    public static byte[] forms() {
        return of("forms.txt");
    }

    /** Jars with a driver. */
    public static List<byte[]> jars() {
        return Jars.seeds();
    }

    /** Knows the structure of jars. */
    public static Mutator jarEntries() {
        return new JarEntries();
    }

    private static byte[] of(String name) {
        try (InputStream in = Seeds.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
