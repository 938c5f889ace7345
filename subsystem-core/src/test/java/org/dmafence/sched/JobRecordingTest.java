package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.dmafence.driver.RingJob;
import org.dmafence.sched.SchedulerRig.ForeignFence;
import org.dmafence.trace.FlightRecording;
import org.dmafence.trace.JobRecorder;
import org.dmafence.trace.RecordingLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of a scheduler's jobs. */
final class JobRecordingTest {
    /** No other test's, in case one runs beside this. */
    private static final String CLIENT = "job-recording-test";

    private final SchedulerRig rig = new SchedulerRig(2, null, null);

    @TempDir
    private Path directory;

    private List<RecordedEvent> record(Runnable body) throws IOException {
        Path file = directory.resolve("jobs.jfr");
        try (FlightRecording recording = FlightRecording.begin(file, RecordingLimits.DEFAULT)) {
            assertThat(JobRecorder.isOn()).isTrue();
            body.run();
            assertThat(recording.file()).isEqualTo(file);
            assertThat(file).doesNotExist();
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dmafence.Job")
                        && CLIENT.equals(event.getString("client")))
                .toList();
    }

    @Test
    void shouldTellOfAJobFromItsQueueToItsEnd() throws IOException {
        SchedulerEntity entity = SchedulerEntity.builder(CLIENT, List.of(rig.scheduler))
                .priority(SchedulerPriority.HIGH)
                .build();
        ForeignFence foreign = rig.foreign();
        List<SchedulerJob> jobs = new ArrayList<>();
        List<RecordedEvent> events = record(() -> {
            SchedulerJob job = entity.newJob(RingJob.external(11), 1, 5);
            job.addDependency(foreign.fence());
            job.arm();
            jobs.add(job);
            rig.scheduler.push(job);
            rig.step();
            foreign.signal();
            rig.step();
            rig.finish(0, null);
            rig.step();
        });

        assertThat(events)
                .extracting(event -> event.getEventType().getName())
                .containsExactly("dmafence.JobQueue", "dmafence.JobDependency", "dmafence.JobRun", "dmafence.JobDone");
        long context = jobs.get(0).finished().context();
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("device")).isEqualTo("dev");
            assertThat(event.getString("ring")).isEqualTo("gfx");
            assertThat(event.getLong("context")).isEqualTo(context);
            assertThat(event.getLong("seqno")).isEqualTo(1);
            assertThat(event.getLong("job")).isEqualTo(11);
            assertThat(event.getLong("clientId")).isEqualTo(5);
            assertThat(event.getString("priority")).isEqualTo("HIGH");
        });
        assertThat(events.get(1).getLong("dependencyContext"))
                .isEqualTo(foreign.fence().context());
        assertThat(events.get(1).getLong("dependencySeqno")).isEqualTo(1);
        assertThat(events.get(2).getInt("hardwareCredits")).isEqualTo(1);
    }

    @Test
    void shouldBeOffWithoutARecording() {
        assertThat(JobRecorder.isOn()).isFalse();
    }
}
