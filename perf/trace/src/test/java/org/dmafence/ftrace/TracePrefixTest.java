package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is cut off, damaged or shuffled: a typed error or a stream that keeps its promises, nothing else. */
class TracePrefixTest {
    private static final int EVERY_BYTE_UP_TO = 2000;
    private static final TraceLimits TIGHT = new TraceLimits(8, 8, 8, 8);

    static List<String> names() {
        return ShippedTraces.names();
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = ShippedTraces.open(name)) {
            return in.readAllBytes();
        }
    }

    /** Replays, with the promises checked on the way; false when the input was refused. */
    private static boolean replays(byte[] bytes, int from, int length, TraceLimits limits, String context) {
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes, from, length), "prefix")) {
            ReplayedTrace.of(reader, limits);
            return true;
        } catch (TraceFormatException e) {
            assertThat(e.problem())
                    .as(context)
                    .isIn(Problem.EMPTY, Problem.NOT_A_TRACE, Problem.NO_EVENTS, Problem.BINARY);
            return false;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(context, e);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldReplayAnyPrefixOrRefuseIt(String name) throws IOException {
        byte[] bytes = bytes(name);
        for (int length = 0; length <= Math.min(bytes.length, EVERY_BYTE_UP_TO); length++) {
            replays(bytes, 0, length, TraceLimits.DEFAULT, name + " up to byte " + length);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 80; i++) {
            int length = random.nextInt(bytes.length + 1);
            String context = name + " up to byte " + length + ", seed " + seed;
            boolean replayed = replays(bytes, 0, length, i % 2 == 0 ? TraceLimits.DEFAULT : TIGHT, context);
            assertThat(replayed || length < 1500).as(context).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldReplayAnySuffixOrRefuseIt(String name) throws IOException {
        byte[] bytes = bytes(name);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 80; i++) {
            int from = random.nextInt(bytes.length + 1);
            replays(bytes, from, bytes.length - from, TIGHT, name + " from byte " + from + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSurviveDamageAndShuffledLines(String name) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            byte[] bytes = bytes(name);
            for (int damage = random.nextInt(40); damage >= 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            replays(bytes, 0, bytes.length, i % 2 == 0 ? TraceLimits.DEFAULT : TIGHT, name + ", seed " + seed);
        }
    }

    @Test
    void shouldKeepItsPromisesWhenLinesAreLostAndSwapped() throws IOException {
        for (String name : names()) {
            List<String> lines =
                    new String(bytes(name), StandardCharsets.US_ASCII).lines().toList();
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int i = 0; i < 60; i++) {
                TestTrace trace = new TestTrace().raw(lines.get(0));
                for (String line : lines) {
                    if (random.nextInt(8) > 0) {
                        trace.raw(random.nextInt(8) == 0 ? lines.get(random.nextInt(lines.size())) : line);
                    }
                }
                byte[] bytes = trace.text().getBytes(StandardCharsets.US_ASCII);
                replays(bytes, 0, bytes.length, i % 2 == 0 ? TraceLimits.DEFAULT : TIGHT, name + ", seed " + seed);
            }
        }
    }
}
