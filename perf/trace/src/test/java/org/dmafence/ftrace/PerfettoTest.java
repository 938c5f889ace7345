package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.dmafence.fuzz.format.Packing;
import org.dmafence.fuzz.format.PerfettoWriter;
import org.dmafence.fuzz.format.WireMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Perfetto's traces. */
class PerfettoTest {
    private static final long T = 5_000_000_000_000L;

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
        byte[] file = PerfettoWriter.trace(
                PerfettoWriter.bundle(
                        7,
                        PerfettoWriter.event(T + 3, 191, 416, PerfettoWriter.signaled(1, 3)),
                        PerfettoWriter.event(T + 5, 0, 416, PerfettoWriter.signaled(1, 5))),
                PerfettoWriter.bundle(0, PerfettoWriter.event(T + 4, 191, 416, PerfettoWriter.signaled(1, 4))),
                PerfettoWriter.bundle(7, PerfettoWriter.event(T + 9, 191, 416, PerfettoWriter.signaled(1, 9))),
                PerfettoWriter.bundle(
                        0,
                        PerfettoWriter.event(T + 1, 191, 416, PerfettoWriter.signaled(1, 1)),
                        PerfettoWriter.event(T, 191, 416, PerfettoWriter.signaled(1, 0))));

        assertThat(events(file))
                .extracting(e -> e.stamp().timeNs() - T)
                .startsWith(3L)
                .contains(0L, 9L);
        assertThat(events(PerfettoWriter.trace(
                        PerfettoWriter.bundle(0, PerfettoWriter.event(T + 2, 1, 416, PerfettoWriter.signaled(1, 2))),
                        PerfettoWriter.bundle(
                                3,
                                PerfettoWriter.event(T + 1, 1, 416, PerfettoWriter.signaled(1, 1)),
                                PerfettoWriter.event(T + 3, 1, 416, PerfettoWriter.signaled(1, 3))))))
                .extracting(e -> ((DmaFence) e).seqno())
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldReadTypedGenericAndDescribedEvents() throws TraceFormatException {
        WireMessage job = new WireMessage().number(1, 0xffff_ff80_86fa_e500L).number(2, 0xffff_ff80_b033_bc40L);
        job.number(4, 13481).text(6, "ring0"); // what is zero is left out
        WireMessage done = new WireMessage().text(1, "drm_sched_job_done");
        done.message(2, new WireMessage().text(1, "fence_context").number(5, 1L << 40));
        done.message(2, new WireMessage().text(1, "fence_seqno").number(5, 9));
        WireMessage descriptor = new WireMessage().text(1, "drm_sched_job_done");
        descriptor.message(2, new WireMessage().text(1, "fence_context").number(3, 1));
        descriptor.message(2, new WireMessage().text(1, "fence_seqno").number(3, 2));
        WireMessage described = PerfettoWriter.bundle(0)
                .message(11, new WireMessage().number(1, 70_000).message(2, descriptor));
        byte[] file = PerfettoWriter.trace(
                described,
                PerfettoWriter.bundle(
                        2,
                        PerfettoWriter.event(T, 365, 411, job),
                        PerfettoWriter.event(T + 1, 1, 327, done),
                        PerfettoWriter.event(
                                T + 2, 1, 70_000, new WireMessage().number(1, 5).number(2, 6)),
                        PerfettoWriter.event(T + 3, 1, 1999, new WireMessage().number(1, 1))));

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
    void shouldReadTheTypedEventsSince617() throws TraceFormatException {
        WireMessage job =
                new WireMessage().text(1, "gfx").number(2, 3).number(3, 4).text(4, "0000:04:00.0");
        job.number(5, 401).number(6, 1).number(7, 13);
        WireMessage dependency =
                new WireMessage().number(1, 401).number(2, 1).number(3, 17).number(4, 9);
        byte[] file = PerfettoWriter.trace(PerfettoWriter.bundle(
                0,
                PerfettoWriter.event(T, 1, 593, job),
                PerfettoWriter.event(T + 1, 1, 591, dependency),
                PerfettoWriter.event(T + 2, 1, 595, dependency),
                PerfettoWriter.event(T + 3, 2, 594, job),
                PerfettoWriter.event(
                        T + 4, 2, 592, new WireMessage().number(1, 401).number(2, 1))));

        assertThat(events(file))
                .extracting(event -> event.toString().replaceFirst("stamp=Stamp\\[[^]]*], ", ""))
                .containsExactly(
                        "DrmSchedJobQueue[dev=0000:04:00.0, context=401, seqno=1, ring=gfx, jobCount=3, hwJobCount=4, clientId=13, priority=0]",
                        "DrmSchedJobAddDep[context=401, seqno=1, depContext=17, depSeqno=9]",
                        "DrmSchedJobUnschedulable[context=401, seqno=1, depContext=17, depSeqno=9]",
                        "DrmSchedJobRun[dev=0000:04:00.0, context=401, seqno=1, ring=gfx, jobCount=3, hwJobCount=4, clientId=13]",
                        "DrmSchedJobDone[context=401, seqno=1]");
    }

    @Test
    void shouldReadTheCompactFormOfSwitches(@TempDir Path directory) throws Exception {
        WireMessage compact = new WireMessage().text(5, "gfx").text(5, "Xorg");
        compact.packed(1, T, 10)
                .packed(2, 1, 0)
                .packed(3, 190, 812)
                .packed(4, 120, 120)
                .packed(6, 0, 1);
        compact.packed(7, T + 5).packed(8, 812).packed(9, 0).packed(10, 120).packed(11, 1);
        byte[] file = PerfettoWriter.trace(
                PerfettoWriter.bundle(1, PerfettoWriter.event(T + 6, 190, 416, PerfettoWriter.signaled(1, 2)))
                        .message(4, compact));
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
        byte[] inner = PerfettoWriter.trace(PerfettoWriter.bundle(
                0,
                PerfettoWriter.event(T + 1, 1, 416, PerfettoWriter.signaled(1, 1)),
                PerfettoWriter.event(T + 2, 1, 416, PerfettoWriter.signaled(1, 2))));
        WireMessage file = new WireMessage().message(1, new WireMessage().bytes(50, Packing.deflated(inner)));
        file.message(
                1,
                new WireMessage()
                        .message(
                                1,
                                PerfettoWriter.bundle(
                                        0, PerfettoWriter.event(T + 3, 1, 416, PerfettoWriter.signaled(1, 3)))));

        assertThat(events(file.bytes())).extracting(e -> ((DmaFence) e).seqno()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldStopUnpackingABomb() {
        WireMessage file =
                new WireMessage().message(1, new WireMessage().bytes(50, Packing.deflated(new byte[17 << 20])));

        assertThatThrownBy(() -> events(file.bytes()))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("a packet unpacks to more than");
    }

    @Test
    void shouldBringOtherClocksToTheBootClock() throws TraceFormatException {
        WireMessage told = PerfettoWriter.bundle(0, PerfettoWriter.event(T, 1, 416, PerfettoWriter.signaled(1, 1)))
                .number(5, 2)
                .number(6, 1000)
                .number(7, 1500);
        WireMessage raw = PerfettoWriter.bundle(1, PerfettoWriter.event(T, 1, 416, PerfettoWriter.signaled(1, 2)))
                .number(5, 4);
        WireMessage snapshot =
                new WireMessage().message(1, new WireMessage().number(1, 5).number(2, 100));
        snapshot.message(1, new WireMessage().number(1, 6).number(2, 700));
        WireMessage file = new WireMessage().message(1, new WireMessage().message(6, snapshot));
        file.message(1, new WireMessage().message(1, told)).message(1, new WireMessage().message(1, raw));

        assertThat(events(file.bytes())).extracting(e -> e.stamp().timeNs() - T).containsExactly(500L, 600L);
    }

    @Test
    void shouldNameThreadsAndTellOfLostEvents() throws TraceFormatException {
        WireMessage tree = new WireMessage()
                .message(
                        2,
                        new WireMessage().number(1, 191).text(2, "gpu worker").number(3, 1));
        WireMessage file = new WireMessage().message(1, new WireMessage().message(2, tree));
        WireMessage bundle = PerfettoWriter.bundle(4, PerfettoWriter.event(T, 191, 416, PerfettoWriter.signaled(1, 1)))
                .number(3, 1);
        file.message(1, new WireMessage().message(1, bundle));

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
        byte[] whole = PerfettoWriter.trace(
                PerfettoWriter.bundle(0, PerfettoWriter.event(T + 1, 1, 416, PerfettoWriter.signaled(1, 1))),
                PerfettoWriter.bundle(0, PerfettoWriter.event(T + 2, 1, 416, PerfettoWriter.signaled(1, 2))));

        assertThat(events(Arrays.copyOf(whole, whole.length - 5))).hasSize(1);
    }

    @Test
    void shouldSurviveAnyDamage() {
        byte[] whole = PerfettoWriter.trace(
                PerfettoWriter.bundle(
                        0,
                        PerfettoWriter.event(T + 1, 1, 416, PerfettoWriter.signaled(1, 1)),
                        PerfettoWriter.event(T + 2, 1, 411, PerfettoWriter.signaled(1, 1))),
                PerfettoWriter.bundle(1, PerfettoWriter.event(T + 1, 1, 414, PerfettoWriter.signaled(1, 1)))
                        .message(
                                4,
                                new WireMessage()
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
        byte[] file = PerfettoWriter.trace(
                PerfettoWriter.bundle(0, PerfettoWriter.event(T, 1, 1999, new WireMessage().number(1, 1))));

        assertThatThrownBy(() -> events(file))
                .isInstanceOfSatisfying(
                        TraceFormatException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NO_EVENTS));
    }
}
