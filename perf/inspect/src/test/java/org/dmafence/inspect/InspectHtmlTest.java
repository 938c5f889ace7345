package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Timeline;
import org.junit.jupiter.api.Test;

/** The page has the findings, the timeline, and links from the slowest to their place on it. */
class InspectHtmlTest {
    private final PrintedTrace kernel = new PrintedTrace();
    private final TimelineCollector timeline = new TimelineCollector();

    private Inspection inspect() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").queue(30, "11:1").dependsOn(31, "11:1", "9:1");
        kernel.fence(35, "wait_start", "11:1").done(130, "9:1").fence(132, "signaled", "9:1");
        kernel.run(140, "11:1").done(190, "11:1").fence(193, "signaled", "11:1").fence(200, "wait_end", "11:1");
        Inspection report = kernel.inspect();
        kernel.jobs.forEach(timeline::job);
        kernel.waits.forEach(timeline::waited);
        return report;
    }

    @Test
    void shouldDrawWhatTheHardwareWasAtAndWhoWaited() throws TraceFormatException {
        inspect();
        Timeline drawn = timeline.timeline();

        assertThat(drawn.lanes()).containsExactly("d/gfx", "wait: app-10");
        assertThat(drawn.keys()).extracting(Timeline.Key::name).containsExactly("client 3 (app)", "a wait");
        assertThat(drawn.bars())
                .extracting(bar -> bar.lane() + " " + bar.beginNs() + " " + bar.lengthNs() + " " + bar.key())
                .containsExactly("0 0 110000 0", "0 120000 50000 0", "1 15000 165000 1");
        assertThat(drawn.arrows())
                .as("to the job that depends, and to the thread that waits")
                .containsExactly(
                        new Timeline.Arrow(0, 110_000, 0, 120_000), new Timeline.Arrow(0, 173_000, 1, 180_000));
        assertThat(drawn.spanNs()).isEqualTo(180_000);
        assertThat(timeline.leftOut()).isZero();
    }

    @Test
    void shouldLinkTheSlowestToTheirPlace() throws TraceFormatException {
        String page = InspectHtml.of(inspect(), timeline, Provenance.here("dmafence inspect x"));

        assertThat(page)
                .contains("\"kind\":\"timeline\"")
                .contains("href=\"#timeline\"")
                .contains("data-from=\"-316000\"");
        assertThat(page).contains("No job hangs").contains("can&#39;t answer");
    }

    @Test
    void shouldMakeAPageOfACaptureWithoutJobs() throws TraceFormatException {
        Inspection report = kernel.fence(10, "wait_start", "a", "b", "7:9").inspect();
        String page = InspectHtml.of(report, timeline, Provenance.here("dmafence inspect x"));

        assertThat(page).contains("No job was read").doesNotContain("\"kind\":\"timeline\"");
    }
}
