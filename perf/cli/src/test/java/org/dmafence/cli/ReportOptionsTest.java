package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportOptionsTest {
    @TempDir
    private Path directory;

    private final ReportOptions options = new ReportOptions();
    private final StringWriter standard = new StringWriter();

    @Test
    void shouldReplaceTheFileOnlyWhenTheReportIsComplete() throws Exception {
        Path file = Files.writeString(directory.resolve("report.json"), "old");
        options.out = file;
        try (ReportOptions.Sink sink = options.open(new PrintWriter(standard), false)) {
            assertThat(file).hasContent("old");
            sink.write("new");
        }
        assertThat(file).hasContent("new");
        assertThat(names()).containsExactly("report.json");
        assertThat(standard.toString()).isEmpty();
    }

    @Test
    void shouldLeaveNothingBehindWhenThereIsNoReport() throws Exception {
        options.out = directory.resolve("report.json");
        options.open(new PrintWriter(standard), false).close();

        assertThat(names()).isEmpty();
    }

    @Test
    void shouldWriteThroughALinkWhenTheFileIsOne() throws Exception {
        Path file = Files.writeString(directory.resolve("real"), "old");
        options.out = Files.createSymbolicLink(directory.resolve("link"), file);
        try (ReportOptions.Sink sink = options.open(new PrintWriter(standard), false)) {
            sink.write("new");
        }
        assertThat(file).hasContent("new");
        assertThat(directory.resolve("link")).isSymbolicLink();
    }

    @Test
    void shouldWriteToStandardOutputWhenNoFileIsNamed() throws Exception {
        try (ReportOptions.Sink sink = options.open(new PrintWriter(standard), false)) {
            sink.write("report");
        }
        assertThat(standard.toString()).isEqualTo("report");
    }

    @Test
    void shouldRefuseBeforeAnyWorkWhenTheFileCannotBeWritten() {
        options.out = directory;
        assertThatThrownBy(() -> options.open(new PrintWriter(standard), false))
                .hasMessageContaining("is a directory; name a file");
        options.out = directory.resolve("nosuch").resolve("report");
        assertThatThrownBy(() -> options.open(new PrintWriter(standard), false))
                .hasMessageContaining("no such directory");
    }

    private Stream<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
