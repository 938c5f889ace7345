package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.dmafence.trace.FenceTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of fences, and what it costs them while it wants none of it. */
class FenceRecordingTest {
    private final FenceContext context = FenceFixture.realTime(new Reports());

    @TempDir
    private Path directory;

    /** Counts how often it is asked its names. */
    private static final class Asked extends FenceOps {
        int names;
        int tags;

        @Override
        protected String driverName(DmaFence fence) {
            names++;
            return "asked-driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            names++;
            return "asked-timeline";
        }

        @Override
        protected FenceTag tag(DmaFence fence) {
            tags++;
            return new FenceTag("only", 42, "somebody");
        }
    }

    private List<RecordedEvent> record(List<String> chosen, Runnable body) {
        try (Recording recording = new Recording()) {
            chosen.forEach(name -> recording.enable("dmafence." + name).withoutThreshold());
            recording.start();
            body.run();
            recording.stop();
            Path file = directory.resolve("fences.jfr");
            recording.dump(file);
            Predicate<RecordedEvent> mine = event ->
                    event.getEventType().getName().startsWith("dmafence.") && event.getLong("context") == context.id();
            return RecordingFile.readAllEvents(file).stream().filter(mine).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldAskNoNamesWhenNoneOfItsEventsIsChosen() {
        Asked ops = new Asked();
        context.newFence(ops, 1); // a context asks for them once
        int before = ops.names;
        assertThat(record(List.of("FenceEmit"), () -> {
                    DmaFence fence = context.newFence(ops, 2);
                    fence.enableSignaling();
                    context.signal(fence);
                    assertThat(fence.awaitUninterruptibly(1, TimeUnit.SECONDS)).isTrue();
                    fence.release();
                }))
                .isEmpty();
        assertThat(ops.names).isEqualTo(before);
        assertThat(ops.tags).isZero();
    }

    @Test
    void shouldTellSuccessFromFailure() {
        List<RecordedEvent> events = record(List.of("FenceSignaled"), () -> {
            context.signal(context.newFence(new Asked(), 1));
            context.signal(context.newFence(new Asked(), 2), FenceError.EIO);
        });
        assertThat(events).extracting(event -> event.getInt("status")).containsExactly(1, FenceError.EIO.errno());
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("driver")).isEqualTo("asked-driver");
            assertThat(event.getString("role")).isEqualTo("only");
            assertThat(event.getLong("job")).isEqualTo(42);
            assertThat(event.getString("client")).isEqualTo("somebody");
        });
    }

    @Test
    void shouldHaveOneEventForAWaitWithItsLengthAndOutcome() {
        List<RecordedEvent> events = record(List.of("FenceWait"), () -> {
            DmaFence late = context.newFence(new Asked(), 1);
            assertThat(late.awaitUninterruptibly(2, TimeUnit.MILLISECONDS)).isFalse();
            context.signal(late, FenceError.EIO);
            assertThat(late.awaitUninterruptibly(2, TimeUnit.MILLISECONDS)).isTrue();
            DmaFence interrupted = context.newFence(new Asked(), 2);
            Thread.currentThread().interrupt();
            assertThat(interrupted.waitTimeout(true, 1)).isNegative();
            assertThat(Thread.interrupted()).isTrue();
        });
        assertThat(events)
                .extracting(event -> event.getString("outcome") + " " + event.getInt("status"))
                .containsExactly("timeout 0", "signaled -5", "interrupted 0");
        assertThat(events.get(0).getDuration().toNanos()).isGreaterThanOrEqualTo(2_000_000);
        assertThat(events)
                .extracting(event -> event.getString("driver") + " " + event.getString("timeline"))
                .containsOnly("asked-driver asked-timeline");
    }

    @Test
    void shouldNameAFenceAsItWasWhenItIsDestroyedLater() {
        List<RecordedEvent> events = record(List.of("FenceDestroy"), () -> {
            DmaFence fence = context.newFence(new Asked(), 1);
            context.signal(fence);
            fence.release();
        });
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("driver")).isEqualTo("asked-driver");
            assertThat(event.getString("timeline")).isEqualTo("asked-timeline");
        });
    }
}
