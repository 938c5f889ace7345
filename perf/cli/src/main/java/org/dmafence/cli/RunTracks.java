package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.inspect.InspectSelection;
import org.dmafence.inspect.Inspector;
import org.dmafence.inspect.JobStory;
import org.dmafence.inspect.PerfettoExport;
import org.dmafence.inspect.WaitStory;
import org.dmafence.inspect.Watcher;
import org.dmafence.sched.SchedulerTraceListener;
import org.dmafence.sched.SchedulerTraceText.Dialect;
import org.dmafence.trace.FlightRecording;
import org.dmafence.trace.RecordingLimits;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of a command did, as tracks in one file: each run is recorded into a file of its own, which is read as
 * {@code inspect} reads a capture. Used by one thread.
 */
final class RunTracks implements AutoCloseable {
    private final TracksFile file;
    private final PerfettoExport export;

    private RunTracks(TracksFile file) {
        this.file = file;
        export = new PerfettoExport(file.stream());
    }

    /**
     * Begins the file, if there is to be one.
     *
     * @throws BadInputException if it can't be written
     */
    static @Nullable RunTracks open(@Nullable Path path) throws BadInputException {
        TracksFile file = TracksFile.open(path);
        return file == null ? null : new RunTracks(file);
    }

    /**
     * A run on a subsystem, in real time, begins.
     *
     * @param name of the run, for who looks at its tracks
     */
    Run begin(String name) throws BadInputException, IOException {
        if (!FlightRecording.isAvailable()) {
            throw new BadInputException(
                    "--perfetto needs Java's flight recorder, which this JVM does not have; use one with jdk.jfr");
        }
        Path recorded = Files.createTempFile("dmafence", ".jfr");
        return new Run(name, recorded, FlightRecording.begin(recorded, RecordingLimits.DEFAULT), null);
    }

    /** A run under virtual time begins, whose scheduler's events go to {@link Run#besides}. */
    Run begin(String name, NanoClock clock) throws BadInputException, IOException {
        Path recorded = Files.createTempFile("dmafence", ".txt");
        return new Run(name, recorded, null, TraceFile.create(recorded, Dialect.SINCE_6_17)).on(clock);
    }

    /** Puts the file in its place. */
    void commit() throws BadInputException {
        file.commit();
    }

    @Override
    public void close() {
        file.close();
    }

    /** A run that is being recorded. */
    final class Run implements AutoCloseable {
        private final String name;
        private final Path recorded;
        private final @Nullable FlightRecording recording;
        private final @Nullable TraceFile text;
        private @Nullable SchedulerTraceListener listener;

        private Run(String name, Path recorded, @Nullable FlightRecording recording, @Nullable TraceFile text) {
            this.name = name;
            this.recorded = recorded;
            this.recording = recording;
            this.text = text;
        }

        private Run on(NanoClock clock) {
            listener = text == null ? null : text.listener(clock);
            return this;
        }

        /** Who takes the scheduler's events, besides somebody else if there is one; null if nobody does. */
        @Nullable SchedulerTraceListener besides(@Nullable SchedulerTraceListener other) {
            if (listener == null || other == null) {
                return listener == null ? other : listener;
            }
            return new TraceListeners(List.of(listener, other));
        }

        /** The run is over: makes tracks of it. */
        void end() throws BadInputException, IOException, TraceFormatException {
            if (recording != null) {
                recording.close();
            }
            if (text != null) {
                text.commit();
            }
            try (TraceReader reader = TraceReader.openAll(recorded)) {
                Inspector.read(reader, InspectSelection.ALL, new Named(name, export));
            } catch (TraceFormatException e) {
                if (e.problem() != Problem.NO_EVENTS) { // a run without a job has no tracks
                    throw e;
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (recording != null) {
                recording.close();
            }
            if (text != null) {
                text.close();
            }
            Files.deleteIfExists(recorded);
        }
    }

    /** Puts a run's name in front of its devices, clients and threads. */
    private record Named(String run, Watcher next) implements Watcher {
        @Override
        public void job(JobStory job) {
            next.job(new JobStory(
                    job.fence(),
                    run + (job.device().isEmpty() ? "" : ": " + job.device()),
                    job.ring(),
                    job.id(),
                    run + ": " + job.client(),
                    job.task(),
                    job.fate(),
                    job.submittedNs(),
                    job.ranNs(),
                    job.beganNs(),
                    job.endedNs(),
                    job.signaledNs(),
                    job.dependencies(),
                    job.parts(),
                    job.interruptLost(),
                    job.refreshes()));
        }

        @Override
        public void waited(WaitStory wait) {
            next.waited(new WaitStory(
                    run + ": " + wait.task(),
                    wait.pid(),
                    wait.fence(),
                    wait.on(),
                    wait.job(),
                    wait.startedNs(),
                    wait.endedNs(),
                    wait.signaledNs(),
                    wait.signaledBy(),
                    wait.parts()));
        }
    }
}
