package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.ftrace.TraceFormatException;
import org.junit.jupiter.api.Test;

/** Two captures side by side. */
class CaptureChangesTest {
    private static Inspection jobs(int count, long hardwareUs) throws TraceFormatException {
        PrintedTrace kernel = new PrintedTrace();
        for (int i = 1; i <= count; i++) {
            long us = i * 10_000L;
            kernel.queue(us, "9:" + i).run(us + 10, "9:" + i).done(us + 10 + hardwareUs, "9:" + i);
        }
        return kernel.inspect();
    }

    @Test
    void shouldSayWhichPercentilesChanged() throws TraceFormatException {
        Inspection now = jobs(40, 2000).against(jobs(40, 1000));

        assertThat(now.baseline()).isEqualTo("test");
        assertThat(now.changes())
                .extracting(change -> change.what() + " " + change.who() + ": " + change.figure())
                .contains("ring d/gfx: run to end, median", "client client 3 (app): hardware, median")
                .noneMatch(change -> change.contains("queue to run"));
        assertThat(now.changes().get(0).ratio()).isBetween(1.9, 2.1);
        assertThat(InspectText.of(now, false)).contains("Changed since test", "x2.00");
    }

    @Test
    void shouldNotCallChanceAChange() throws TraceFormatException {
        assertThat(jobs(40, 1050).against(jobs(40, 1000)).changes()).isEmpty();
        assertThat(jobs(5, 2000).against(jobs(5, 1000)).changes()).isEmpty();
    }

    @Test
    void shouldSayWhoCameAndWent() throws TraceFormatException {
        Inspection then = new PrintedTrace()
                .by("old-7", 0)
                .queue(10, "9:1")
                .run(20, "9:1")
                .done(30, "9:1")
                .inspect();
        Inspection now = new PrintedTrace()
                .by("new-8", 0)
                .queue(10, "9:1")
                .run(20, "9:1")
                .done(30, "9:1")
                .inspect();

        assertThat(now.against(then).changes())
                .extracting(change -> change.who() + " " + change.figure())
                .containsExactly("client 3 (new) is new", "client 3 (old) is gone");
    }
}
