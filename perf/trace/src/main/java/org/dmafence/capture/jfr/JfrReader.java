package org.dmafence.capture.jfr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.PriorityQueue;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.CaptureOrigin;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of fences and jobs out of a flight recording. Threads hand their events to the recorder now and
 * then, so they are not in the order of their times; as many as {@value #WINDOW} are held to bring them into it.
 *
 * <p>Where a scheduler's fences are recorded and its jobs are not, the hardware's fences are left out: they are the
 * same jobs.
 */
public final class JfrReader implements CaptureReader {
    private static final int WINDOW = 1 << 18;
    private static final String FENCES = "dmafence.Fence";
    private static final String JOBS = "dmafence.Job";
    private static final String LOSS = "jdk.DataLoss";
    private static final String HARDWARE = "hardware";
    private static final String FINISHED = "finished";

    private final Path file;
    private final boolean temporary;
    private final RecordingFile recording;
    private final boolean withoutHardware;
    private final PriorityQueue<Moment> window = new PriorityQueue<>();
    private final CaptureEvent event = new CaptureEvent();
    private boolean ended;
    private long order;
    private long position;

    private JfrReader(Path file, boolean temporary, RecordingFile recording, boolean withoutHardware) {
        this.file = file;
        this.temporary = temporary;
        this.recording = recording;
        this.withoutHardware = withoutHardware;
    }

    /** Whether some bytes are the beginning of a recording. */
    public static boolean recognises(byte[] beginning, int length) {
        return length >= 4 && beginning[0] == 'F' && beginning[1] == 'L' && beginning[2] == 'R' && beginning[3] == 0;
    }

    /**
     * Opens a recording.
     *
     * @param temporary whether the file is deleted when the reader is closed, or can't be opened
     * @throws CaptureException damaged
     */
    public static JfrReader of(Path file, boolean temporary) throws IOException {
        try {
            boolean withoutHardware = tellsOfJobsByTheirFences(file);
            return new JfrReader(file, temporary, new RecordingFile(file), withoutHardware);
        } catch (IOException | RuntimeException | VirtualMachineError e) { // what the JVM's reader makes of damage
            if (temporary) {
                Files.deleteIfExists(file);
            }
            throw damaged(e);
        }
    }

    private static CaptureException damaged(Throwable e) {
        CaptureException refused = new CaptureException(
                Problem.DAMAGED,
                "is a damaged flight recording: " + e.getMessage(),
                "record it again, or see what jfr summary says of it");
        refused.initCause(e);
        return refused;
    }

    private static boolean tellsOfJobsByTheirFences(Path file) throws IOException {
        boolean finished = false;
        try (RecordingFile first = new RecordingFile(file)) {
            while (first.hasMoreEvents()) {
                RecordedEvent recorded = first.readEvent();
                String name = recorded.getEventType().getName();
                if (name.startsWith(JOBS)) {
                    return false;
                }
                finished |= name.startsWith(FENCES) && text(recorded, "role").equals(FINISHED);
            }
        }
        return finished;
    }

    @Override
    public boolean advance(CaptureSink sink) throws IOException {
        while (!ended && window.size() < WINDOW) {
            try {
                if (!recording.hasMoreEvents()) {
                    ended = true;
                } else {
                    take(recording.readEvent(), sink);
                }
            } catch (IOException | RuntimeException | VirtualMachineError e) {
                ended = true;
                sink.note(Note.CUT, position, "the recording is damaged here: " + e.getMessage(), new byte[0], 0, 0);
            }
        }
        Moment moment = window.poll();
        if (moment == null) {
            return false;
        }
        position++;
        event.stamp(position, moment.ns(), CaptureEvent.NO_CPU, moment.thread(), moment.task())
                .fields(moment.name(), moment);
        sink.event(event);
        return true;
    }

    private void take(RecordedEvent recorded, CaptureSink sink) {
        String name = recorded.getEventType().getName();
        if (name.startsWith(FENCES)) {
            fence(recorded, name.substring(FENCES.length()));
        } else if (name.startsWith(JOBS)) {
            job(recorded, name.substring(JOBS.length()));
        } else if (name.equals(LOSS)) {
            sink.note(Note.LOST, position, number(recorded, "amount") + " bytes of events", new byte[0], 0, 0);
        }
    }

    private void job(RecordedEvent recorded, String what) {
        String client = text(recorded, "client");
        switch (what) {
            case "Queue" -> add(recorded, "drm_sched_job_queue", client);
            case "Dependency" -> add(recorded, "drm_sched_job_add_dep", "");
            case "Run" -> add(recorded, "drm_sched_job_run", "");
            case "Done" -> add(recorded, "drm_sched_job_done", "");
            default -> {
                // Of a later version.
            }
        }
    }

    /**
     * One of a job's.
     *
     * @param client who submitted, in place of the thread that queued for it; empty for the thread itself. Without a
     *     number of its own it has its fences' context for one
     */
    private void add(RecordedEvent recorded, String name, String client) {
        RecordedThread thread = recorded.getThread();
        long context = number(recorded, "context");
        long clientId = number(recorded, "clientId");
        window.add(new JobMoment(
                ns(recorded.getStartTime()),
                order++,
                name,
                client.isEmpty() || clientId != 0 ? id(thread) : (int) context,
                client.isEmpty() ? name(thread) : client,
                text(recorded, "device"),
                text(recorded, "ring"),
                context,
                number(recorded, "seqno"),
                clientId,
                switch (text(recorded, "priority")) {
                    case "KERNEL", "HIGH" -> 1;
                    case "LOW" -> -1;
                    default -> 0;
                },
                number(recorded, "queuedJobs"),
                number(recorded, "hardwareCredits"),
                number(recorded, "dependencyContext"),
                number(recorded, "dependencySeqno")));
    }

    private void fence(RecordedEvent recorded, String what) {
        boolean twice = withoutHardware && text(recorded, "role").equals(HARDWARE);
        switch (what) {
            case "Init" -> add(recorded, twice, "init", recorded.getStartTime());
            case "Emit" -> add(recorded, twice, "emit", recorded.getStartTime());
            case "EnableSignal" -> add(recorded, twice, "enable_signal", recorded.getStartTime());
            case "Signaled" -> add(recorded, twice, "signaled", recorded.getStartTime());
            case "Destroy" -> add(recorded, twice, "destroy", recorded.getStartTime());
            case "Wait" -> {
                add(recorded, twice, "wait_start", recorded.getStartTime());
                add(recorded, twice, "wait_end", recorded.getEndTime());
            }
            default -> {
                // Of a later version.
            }
        }
    }

    private void add(RecordedEvent recorded, boolean twice, String action, Instant time) {
        RecordedThread thread = recorded.getThread();
        window.add(new FenceMoment(
                ns(time),
                order++,
                (twice ? "hardware_fence_" : "dma_fence_") + action,
                id(thread),
                name(thread),
                text(recorded, "driver"),
                text(recorded, "timeline"),
                number(recorded, "context"),
                number(recorded, "seqno")));
    }

    private static long ns(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    private static int id(@Nullable RecordedThread thread) {
        return thread == null ? -1 : (int) thread.getJavaThreadId();
    }

    private static String name(@Nullable RecordedThread thread) {
        String name = thread == null ? null : thread.getJavaName();
        return name == null ? "" : name;
    }

    private static String text(RecordedEvent recorded, String field) {
        String value = recorded.hasField(field) ? recorded.getString(field) : null;
        return value == null ? "" : value;
    }

    private static long number(RecordedEvent recorded, String field) {
        return recorded.hasField(field) ? recorded.getLong(field) : 0;
    }

    @Override
    public CaptureOrigin origin() {
        return new CaptureOrigin("the JVM's, as time of day", "");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        recording.close();
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
