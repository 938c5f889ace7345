package org.dmafence.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mistake planted in a reader is found, under its own name, and can be seen again. */
class FuzzRunTest {
    private static final long SEED = 7;
    private static final long MIB = 1 << 20;

    @TempDir
    private Path findings;

    private static Subject subject(int leastAccepted, Subject.Entry entry) {
        return new Subject(
                "planted",
                "a reader with a mistake",
                "input.txt",
                1,
                List.of("a=1 b=2\nc=3\n".getBytes(StandardCharsets.UTF_8)),
                new Mixed(new Lines()),
                new Subject.Limits(16 * MIB, 1, leastAccepted, true),
                entry,
                file -> List.of());
    }

    private FuzzReport.Row run(Subject subject, int inputs, @Nullable Long only) throws InterruptedException {
        FuzzPlan plan = new FuzzPlan(SEED, inputs, only, findings, 0);
        return new FuzzRun(List.of(subject), plan, null)
                .run(line -> {}, () -> false)
                .subjects()
                .get(0);
    }

    private void finds(String rule, Subject.Entry entry) throws Exception {
        FuzzReport.Row row = run(subject(0, entry), 60, null);
        assertThat(row.findings()).extracting(FuzzReport.Finding::rule).contains(rule);
        FuzzReport.Finding first = row.findings().get(0);
        assertThat(Path.of(first.file())).exists();
        assertThat(run(subject(0, entry), 1, first.input()).findings())
                .extracting(FuzzReport.Finding::rule)
                .contains(first.rule());
    }

    private static boolean hasThree(Path file) throws java.io.IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("c=3");
    }

    @Test
    void shouldFindNothingWhenAReaderKeepsTheRules() throws Exception {
        FuzzReport.Row row = run(
                subject(10, (file, out, err) -> {
                    if (hasThree(file)) {
                        return 0;
                    }
                    err.println("dmafence: " + file + ": no c");
                    return 2;
                }),
                600,
                null);
        assertThat(row.findings()).isEmpty();
        assertThat(row.weak()).isEmpty();
        assertThat(row.accepted()).isPositive();
        assertThat(row.refused()).isPositive();
        assertThat(row.inputs()).isEqualTo(600);
    }

    @Test
    void shouldSayThatNothingWasTestedWhenAReaderRefusesAll() throws Exception {
        FuzzReport.Row row = run(
                subject(10, (file, out, err) -> {
                    err.println("dmafence: " + file + ": no");
                    return 2;
                }),
                600,
                null);
        assertThat(row.weak()).startsWith("only 0 of 600 inputs");
        assertThat(new FuzzReport(SEED, 1, false, List.of(row)).sound()).isFalse();
    }

    @Test
    void shouldFindAReaderThatThrowsAndMakeItsInputSmall() throws Exception {
        finds("throws", (file, out, err) -> {
            if (hasThree(file)) {
                throw new NullPointerException();
            }
            return 0;
        });
        FuzzReport.Row row = run(
                subject(0, (file, out, err) -> {
                    if (hasThree(file)) {
                        throw new NullPointerException();
                    }
                    return 0;
                }),
                10,
                null);
        assertThat(Path.of(row.findings().get(0).file())).hasContent("c=3");
    }

    @Test
    void shouldFindAnErrorOfTheVirtualMachine() throws Exception {
        finds("throws", (file, out, err) -> {
            throw new StackOverflowError();
        });
    }

    @Test
    void shouldFindAnotherExitCode() throws Exception {
        finds("exit code", (file, out, err) -> 70);
    }

    @Test
    void shouldFindASecondLine() throws Exception {
        finds("one line", (file, out, err) -> {
            err.println("dmafence: " + file + ": no");
            err.println("and no");
            return 2;
        });
    }

    @Test
    void shouldFindARefusalWithoutAWord() throws Exception {
        finds("silent", (file, out, err) -> 2);
    }

    @Test
    void shouldFindAnErrorThatDoesNotNameTheFile() throws Exception {
        finds("names the file", (file, out, err) -> {
            err.println("dmafence: no");
            return 2;
        });
    }

    @Test
    void shouldFindAnErrorWithoutEnd() throws Exception {
        finds("short", (file, out, err) -> {
            err.println("dmafence: " + file + " " + "x".repeat(5_000));
            return 2;
        });
    }

    @Test
    void shouldFindAStackTrace() throws Exception {
        finds("stack trace", (file, out, err) -> {
            out.println("java.lang.Error\n\tat some.Class.method(Class.java:1)");
            return 1;
        });
    }

    @Test
    void shouldFindAControlCharacter() throws Exception {
        finds("control character", (file, out, err) -> {
            out.println("\u001b[2J");
            return 0;
        });
    }

    @Test
    void shouldFindWhatGoesPastTheCommand() throws Exception {
        finds("past the command", (file, out, err) -> {
            Thread thread = new Thread(() -> {
                throw new IllegalStateException("nobody catches this");
            });
            thread.start();
            thread.join();
            return 0;
        });
    }

    @Test
    void shouldFindAFileThatIsLeftBehind() throws Exception {
        finds("leftovers", (file, out, err) -> {
            Files.createFile(file.resolveSibling("left"));
            return 0;
        });
    }

    @Test
    void shouldFindMemoryWithoutBound() throws Exception {
        finds("memory", (file, out, err) -> {
            byte[] much = new byte[(int) (32 * MIB)];
            return much.length == 0 ? 1 : 0;
        });
    }

    @Test
    void shouldFindAReaderThatHangsAndGoOnBehindIt() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Subject hangs = subject(0, (file, out, err) -> {
            if (Files.size(file) == 0) {
                never.await();
            }
            return 0;
        });
        Subject empty = new Subject(
                hangs.name(),
                hangs.what(),
                hangs.fileName(),
                1,
                List.of("x".getBytes(StandardCharsets.UTF_8), new byte[0], "y".getBytes(StandardCharsets.UTF_8)),
                hangs.mutator(),
                hangs.limits(),
                hangs.entry(),
                hangs.command());
        FuzzReport.Row row = run(empty, 3, null);
        never.countDown();
        assertThat(row.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("hangs");
            assertThat(finding.input()).isEqualTo(1);
            assertThat(finding.detail()).contains("not done after 1 s at ");
        });
        assertThat(row.inputs()).isEqualTo(2);
    }
}
