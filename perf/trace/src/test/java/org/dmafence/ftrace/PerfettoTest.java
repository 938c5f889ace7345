package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Perfetto's traces. */
class PerfettoTest {
    private static final long T = 5_000_000_000_000L;

    /** A message that is being written. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private Message varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
            return this;
        }

        Message number(int field, long value) {
            return varint((long) field << 3).varint(value);
        }

        Message bytes(int field, byte[] bytes) {
            varint(((long) field << 3) | 2).varint(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message inner) {
            return bytes(field, inner.bytes());
        }

        Message packed(int field, long... numbers) {
            Message list = new Message();
            for (long number : numbers) {
                list.varint(number);
            }
            return message(field, list);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }

    private static Message event(long ns, int pid, int field, Message of) {
        return new Message().number(1, ns).number(2, pid).message(field, of);
    }

    private static Message signaled(long context, long seqno) {
        return new Message().number(1, context).text(2, "msm").number(3, seqno).text(4, "gpu ring");
    }

    private static Message bundle(int cpu, Message... events) {
        Message bundle = new Message().number(1, cpu);
        for (Message event : events) {
            bundle.message(2, event);
        }
        return bundle;
    }

    /** A trace of one packet for each bundle. */
    private static byte[] trace(Message... bundles) {
        Message trace = new Message();
        for (Message bundle : bundles) {
            trace.message(1, new Message().message(1, bundle).number(10, 7));
        }
        return trace.bytes();
    }

    private static List<TraceEvent> events(byte[] file) throws TraceFormatException {
        List<TraceEvent> events = new ArrayList<>();
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(file), "x.pftrace")) {
            TraceEvent event;
            while ((event = reader.next()) != null) {
                events.add(event);
            }
        }
        return events;
    }

    @Test
    void shouldMergeCpusByTime() throws TraceFormatException {
        byte[] file = trace(
                bundle(7, event(T + 3, 191, 416, signaled(1, 3)), event(T + 5, 0, 416, signaled(1, 5))),
                bundle(0, event(T + 4, 191, 416, signaled(1, 4))),
                bundle(7, event(T + 9, 191, 416, signaled(1, 9))),
                bundle(0, event(T + 1, 191, 416, signaled(1, 1)), event(T, 191, 416, signaled(1, 0))));

        assertThat(events(file))
                .extracting(e -> e.stamp().timeNs() - T)
                .startsWith(3L)
                .contains(0L, 9L);
        assertThat(events(trace(
                        bundle(0, event(T + 2, 1, 416, signaled(1, 2))),
                        bundle(3, event(T + 1, 1, 416, signaled(1, 1)), event(T + 3, 1, 416, signaled(1, 3))))))
                .extracting(e -> ((DmaFence) e).seqno())
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldReadTypedGenericAndDescribedEvents() throws TraceFormatException {
        Message job = new Message().number(1, 0xffff_ff80_86fa_e500L).number(2, 0xffff_ff80_b033_bc40L);
        job.number(4, 13481).text(6, "ring0"); // what is zero is left out
        Message done = new Message().text(1, "drm_sched_job_done");
        done.message(2, new Message().text(1, "fence_context").number(5, 1L << 40));
        done.message(2, new Message().text(1, "fence_seqno").number(5, 9));
        Message descriptor = new Message().text(1, "drm_sched_job_done");
        descriptor.message(2, new Message().text(1, "fence_context").number(3, 1));
        descriptor.message(2, new Message().text(1, "fence_seqno").number(3, 2));
        Message described =
                bundle(0).message(11, new Message().number(1, 70_000).message(2, descriptor));
        byte[] file = trace(
                described,
                bundle(
                        2,
                        event(T, 365, 411, job),
                        event(T + 1, 1, 327, done),
                        event(T + 2, 1, 70_000, new Message().number(1, 5).number(2, 6)),
                        event(T + 3, 1, 1999, new Message().number(1, 1))));

        assertThat(events(file))
                .containsExactly(
                        new DrmSchedJob(
                                new Stamp(1, T, 2, 365, "<...>"),
                                0xffff_ff80_86fa_e500L,
                                13481,
                                0xffff_ff80_b033_bc40L,
                                "ring0",
                                0,
                                0),
                        new DrmSchedJobDone(new Stamp(2, T + 1, 2, 1, "<...>"), 1L << 40, 9),
                        new DrmSchedJobDone(new Stamp(3, T + 2, 2, 1, "<...>"), 5, 6));
    }

    @Test
    void shouldReadTheCompactFormOfSwitches(@TempDir Path directory) throws Exception {
        Message compact = new Message().text(5, "gfx").text(5, "Xorg");
        compact.packed(1, T, 10)
                .packed(2, 1, 0)
                .packed(3, 190, 812)
                .packed(4, 120, 120)
                .packed(6, 0, 1);
        compact.packed(7, T + 5).packed(8, 812).packed(9, 0).packed(10, 120).packed(11, 1);
        byte[] file = trace(bundle(1, event(T + 6, 190, 416, signaled(1, 2))).message(4, compact));
        Path path = Files.write(directory.resolve("t"), file);

        List<TraceEvent> events = new ArrayList<>();
        try (TraceReader reader = TraceReader.openAll(path)) {
            TraceEvent event;
            while ((event = reader.next()) != null) {
                events.add(event);
            }
        }
        assertThat(events)
                .containsExactly(
                        new CpuEvent.Switch(new Stamp(1, T, 1, 0, "<idle>"), 0, false, 190, "gfx"),
                        new CpuEvent.Wakeup(new Stamp(2, T + 5, 1, 190, "gfx"), 812, "Xorg"),
                        new DmaFence(
                                new Stamp(3, T + 6, 1, 190, "gfx"),
                                TraceEvent.FenceAction.SIGNALED,
                                "msm",
                                "gpu ring",
                                1,
                                2),
                        new CpuEvent.Switch(new Stamp(4, T + 10, 1, 190, "gfx"), 190, true, 812, "Xorg"));
    }

    @Test
    void shouldUnpackCompressedPackets() throws TraceFormatException {
        byte[] inner = trace(bundle(0, event(T + 1, 1, 416, signaled(1, 1)), event(T + 2, 1, 416, signaled(1, 2))));
        Message file = new Message().message(1, new Message().bytes(50, deflated(inner)));
        file.message(1, new Message().message(1, bundle(0, event(T + 3, 1, 416, signaled(1, 3)))));

        assertThat(events(file.bytes())).extracting(e -> ((DmaFence) e).seqno()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldStopUnpackingABomb() {
        Message file = new Message().message(1, new Message().bytes(50, deflated(new byte[17 << 20])));

        assertThatThrownBy(() -> events(file.bytes()))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("a packet unpacks to more than");
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[100_000];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    @Test
    void shouldBringOtherClocksToTheBootClock() throws TraceFormatException {
        Message told = bundle(0, event(T, 1, 416, signaled(1, 1)))
                .number(5, 2)
                .number(6, 1000)
                .number(7, 1500);
        Message raw = bundle(1, event(T, 1, 416, signaled(1, 2))).number(5, 4);
        Message snapshot = new Message().message(1, new Message().number(1, 5).number(2, 100));
        snapshot.message(1, new Message().number(1, 6).number(2, 700));
        Message file = new Message().message(1, new Message().message(6, snapshot));
        file.message(1, new Message().message(1, told)).message(1, new Message().message(1, raw));

        assertThat(events(file.bytes())).extracting(e -> e.stamp().timeNs() - T).containsExactly(500L, 600L);
    }

    @Test
    void shouldNameThreadsAndTellOfLostEvents() throws TraceFormatException {
        Message tree = new Message()
                .message(2, new Message().number(1, 191).text(2, "gpu worker").number(3, 1));
        Message file = new Message().message(1, new Message().message(2, tree));
        Message bundle = bundle(4, event(T, 191, 416, signaled(1, 1))).number(3, 1);
        file.message(1, new Message().message(1, bundle));

        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(file.bytes()), "x")) {
            TraceSummary summary = ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
            assertThat(summary.examples(TraceWarning.LOST_EVENTS)).containsExactly("x:1: CPU:4 [LOST EVENTS]");
        }
        assertThat(events(file.bytes()).get(0).stamp().task()).isEqualTo("gpu worker");
    }

    @Test
    void shouldNotTakeTextForOne() throws TraceFormatException {
        String text = "\n# tracer: nop\n a-1 [000] ..... 1.000000: drm_sched_job_done: fence=4:1 signaled\n";

        assertThat(events(text.getBytes(StandardCharsets.UTF_8))).hasSize(1);
    }

    @Test
    void shouldKeepWhatPrecedesTheCut() throws TraceFormatException {
        byte[] whole =
                trace(bundle(0, event(T + 1, 1, 416, signaled(1, 1))), bundle(0, event(T + 2, 1, 416, signaled(1, 2))));

        assertThat(events(Arrays.copyOf(whole, whole.length - 5))).hasSize(1);
    }

    @Test
    void shouldSurviveAnyDamage() {
        byte[] whole = trace(
                bundle(0, event(T + 1, 1, 416, signaled(1, 1)), event(T + 2, 1, 411, signaled(1, 1))),
                bundle(1, event(T + 1, 1, 414, signaled(1, 1)))
                        .message(
                                4,
                                new Message()
                                        .packed(1, T, 5)
                                        .packed(3, 4, 5)
                                        .text(5, "x")
                                        .packed(6, 0, 9)));
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = round % 7 == 0 ? Arrays.copyOf(whole, 1 + random.nextInt(whole.length)) : whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(events(damaged)).hasSizeLessThan(1000);
            } catch (TraceFormatException e) {
                assertThat(e.remedy()).isNotEmpty();
            }
        }
    }

    @Test
    void shouldSayWhenNothingOfInterestIsIn() {
        byte[] file = trace(bundle(0, event(T, 1, 1999, new Message().number(1, 1))));

        assertThatThrownBy(() -> events(file))
                .isInstanceOfSatisfying(
                        TraceFormatException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NO_EVENTS));
    }
}
