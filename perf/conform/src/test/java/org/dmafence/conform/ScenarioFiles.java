package org.dmafence.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmafence.conform.report.ConformReport;

/** Writes small files of scenarios, and runs them. */
final class ScenarioFiles {
    private final Path directory;

    ScenarioFiles(Path directory) {
        this.directory = directory;
    }

    /** A file of 7.2's with one case of some ops. */
    Path file(String... ops) {
        return fileOf(
                "7.2.13", "\"id\":\"dma_fence/x\",\"origin\":\"directed\",\"ops\":[" + String.join(",", ops) + "]");
    }

    Path fileOf(String release, String body) {
        return text("{\"format\":1,\"kernel\":\"Linux " + release + "\",\"kind\":\"dma_fence\",\"cases\":[{" + body
                + "}]}");
    }

    Path text(String json) {
        try {
            return Files.writeString(directory.resolve("case.json"), json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An op; quotes are written as apostrophes. */
    static String op(String name, String args, String rest) {
        return ("{'op':'" + name + "','args':{" + args + "}" + (rest.isEmpty() ? "" : "," + rest) + "}")
                .replace('\'', '"');
    }

    static ConformReport run(Path file, int level) throws OracleException {
        return ConformRun.read(List.of(file), null).run(level, null, (done, id) -> {}, () -> false);
    }
}
