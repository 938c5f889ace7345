package org.dmafence.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path directory;

    @Test
    void shouldKeepWhatWasThereWhenTheFileIsNotCommitted() throws IOException {
        Path file = Files.writeString(directory.resolve("report"), "old");
        try (WholeFile whole = WholeFile.begin(file)) {
            whole.stream().write("half a rep".getBytes(StandardCharsets.UTF_8));
            whole.stream().flush();
            assertThat(file).hasContent("old");
        }
        assertThat(file).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("report");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldRefuseAndNotReplaceWhenTheFileIsWriteProtected() throws IOException {
        Path file = Files.writeString(directory.resolve("report"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

        assertThatThrownBy(() -> WholeFile.write(file, "new")).isInstanceOf(AccessDeniedException.class);
        assertThat(file).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("report");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldKeepThePermissionsWhenTheFileIsReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("report"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        WholeFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void shouldSayWhyInAFewWordsWhenTheDirectoryIsMissing() {
        assertThatThrownBy(() -> WholeFile.begin(directory.resolve("nosuch").resolve("report")))
                .isInstanceOfSatisfying(
                        NoSuchFileException.class,
                        e -> assertThat(WholeFile.reason(e)).isEqualTo("no such directory"));
    }

    @Test
    void shouldLeaveNothingBehindWhenTheMoveFails() throws IOException {
        Path file = directory.resolve("report");
        WholeFile whole = WholeFile.begin(file);
        Files.createDirectories(file.resolve("in the way"));

        assertThatThrownBy(whole::commit).isInstanceOf(IOException.class);
        whole.close();
        assertThat(directory.toFile().list()).containsExactly("report");
    }
}
