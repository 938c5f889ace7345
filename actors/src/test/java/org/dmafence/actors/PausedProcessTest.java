package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A whole process that is stopped for longer than a time-out: no job fails, no client is found guilty, and what hangs
 * is still found. For more pauses:
 *
 * <pre>./mvnw -pl actors -am -Dsurefire.failIfNoSpecifiedTests=false test -Dtest=PausedProcessTest
 * -Ddmafence.pauses=200</pre>
 */
@EnabledOnOs(OS.LINUX)
final class PausedProcessTest {
    private static final int FEW = 6;
    private static final Duration PAUSE = Duration.ofMillis(300);

    private static final Pattern END = Pattern.compile("jobs (\\d+) failed (\\d+) guilty (\\d+)");
    private static final Pattern HUNG = Pattern.compile("hung (\\S+) guilty (\\S+) ms (\\d+)");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldBlameNobodyForAPauseOfTheProcess() throws Exception {
        long seed = Long.getLong("dmafence.seed", System.nanoTime());
        Random random = new Random(seed);
        Process child = start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
                PrintStream in = new PrintStream(child.getOutputStream(), true, StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");
            for (int i = Integer.getInteger("dmafence.pauses", FEW); i > 0; i--) {
                pass(Duration.ofMillis(random.nextInt(120)));
                signal(child, "STOP");
                pass(PAUSE);
                signal(child, "CONT");
            }
            in.println("hang");
            Matcher hung = matched(HUNG, out.readLine());
            in.println("end");
            Matcher end = matched(END, out.readLine());

            assertThat(hung.group(1)).as("what hung ends with, seed %d", seed).isEqualTo("-ETIME");
            assertThat(hung.group(2)).as("its client is guilty").isEqualTo("true");
            assertThat(Long.parseLong(hung.group(3)))
                    .as("ms until it was found")
                    .isBetween(PausedProcess.TIMEOUT_MS, 100 * PausedProcess.TIMEOUT_MS);
            assertThat(Long.parseLong(end.group(1))).as("jobs").isGreaterThan(10);
            assertThat(end.group(2))
                    .as("innocent jobs that failed, seed %d", seed)
                    .isEqualTo("0");
            assertThat(end.group(3)).as("innocent clients found guilty").isEqualTo("0");
            if (Integer.getInteger("dmafence.pauses") != null) {
                System.out.println(
                        Integer.getInteger("dmafence.pauses") + " pauses: " + end.group() + "; " + hung.group());
            }
        } finally {
            child.destroyForcibly();
        }
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PausedProcess.class.getName(),
                        ScriptedJar.path().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Matcher matched(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        assertThat(matcher.matches()).as("%s matches %s", line, pattern).isTrue();
        return matcher;
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).as("kill -%s", signal).isZero();
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
    }
}
