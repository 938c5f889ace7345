package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jars that somebody made to do harm: one line that names the file, within bounds. */
class ModuleJarTest {
    private static final byte[] ZEROS = new byte[1 << 20];

    @TempDir
    Path dir;

    private TestDriverJars jars;

    @BeforeEach
    void setUp() {
        jars = new TestDriverJars(dir);
    }

    private static void assertRefused(Path jar, String reason) {
        assertThatThrownBy(() -> ModuleJar.readWithSiblings(jar))
                .isInstanceOf(ModuleException.class)
                .hasMessageStartingWith(jar.toString() + ": " + reason)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
    }

    private Path zip(String entry, int megabytes) throws IOException {
        Path jar = dir.resolve("bomb.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(1);
            zip.putNextEntry(new ZipEntry(entry));
            for (int i = 0; i < megabytes; i++) {
                zip.write(ZEROS);
            }
        }
        return jar;
    }

    @Test
    void shouldStopUnpackingABomb() throws IOException {
        Path bomb = zip("big.bin", 257);
        assertThat(Files.size(bomb)).isLessThan(4 << 20);
        assertRefused(bomb, "it unpacks to more than 200 times its size at entry big.bin; ");
    }

    @Test
    void shouldTakeALittleThatShrinksALot() throws ModuleException {
        Path jar = jars.jar("zeros.jar", null, null, Map.of("zeros.bin", new byte[1 << 20]));

        assertThat(ModuleJar.readWithSiblings(jar)).hasSize(1);
    }

    @Test
    void shouldStopUnpackingAManifest() throws IOException {
        assertRefused(zip("META-INF/MANIFEST.MF", 2), "its META-INF/MANIFEST.MF has more than 1 MB; ");
    }

    @Test
    void shouldNotOpenAHugeFile() throws IOException {
        Path huge = dir.resolve("huge.jar");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(3L << 30); // takes no room on the disk
        }
        assertRefused(huge, "it has 3072 MB; ");
    }

    @Test
    void shouldCountEntries() throws IOException {
        Path many = dir.resolve("many.jar");
        try (OutputStream file = Files.newOutputStream(many);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i <= JarLimits.MAX_ENTRIES; i++) {
                zip.putNextEntry(new ZipEntry("e" + i));
            }
        }
        assertRefused(many, "it has more than 100000 entries; ");
    }

    @Test
    void shouldCountSiblingsTogether() throws IOException {
        byte[] half = new byte[129 << 20];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < half.length; i += 128) { // else it is taken for a bomb
            half[i] = (byte) random.nextInt();
        }
        jars.jar("b.jar", null, null, Map.of("half.bin", half));
        Path a = jars.jar("a.jar", null, "b.jar", Map.of("half.bin", half));
        assertThatThrownBy(() -> ModuleJar.readWithSiblings(a))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("b.jar: it unpacks to more than 256 MB at entry half.bin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x.jar", "../x.jar", "/etc/passwd", "sub/x.jar", "..", "x\u0000y.jar"})
    void shouldReadNothingButSiblings(String name) {
        Path jar = jars.jar("demo.jar", null, name, Map.of());
        assertRefused(
                jar,
                "its manifest's Class-Path names \"" + name.replace('\u0000', '?')
                        + "\", which is no file beside it; ");
    }

    @Test
    void shouldRefuseAManifestThatIsNone() throws IOException {
        Path broken = dir.resolve("broken.jar");
        try (OutputStream file = Files.newOutputStream(broken);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write("no colon here\n".getBytes(StandardCharsets.UTF_8));
        }
        assertRefused(broken, "it can't be read: java.io.IOException: ");
    }

    @Test
    void shouldRefuseWhatIsNoFile() {
        Path device = Path.of("/dev/zero");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(device));
        assertRefused(device, "it is no ordinary file; ");
    }
}
