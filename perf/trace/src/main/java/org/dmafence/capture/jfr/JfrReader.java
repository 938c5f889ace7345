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
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;

/**
 * Reads the events of fences out of a flight recording. Threads hand their events to the recorder now and then, so they
 * are not in the order of their times; as many as {@value #WINDOW} are held to bring them into it.
 *
 * <p>Where a scheduler's fences are recorded, the hardware's are left out: they are the same jobs.
 */
public final class JfrReader implements CaptureReader {
    private static final int WINDOW = 1 << 18;
    private static final String PREFIX = "dmafence.Fence";
    private static final String HARDWARE = "hardware";
    private static final String FINISHED = "finished";

    private final Path file;
    private final boolean temporary;
    private final RecordingFile recording;
    private final boolean withScheduler;
    private final PriorityQueue<FenceMoment> window = new PriorityQueue<>();
    private final CaptureEvent event = new CaptureEvent();
    private boolean ended;
    private long order;
    private long position;

    private JfrReader(Path file, boolean temporary, RecordingFile recording, boolean withScheduler) {
        this.file = file;
        this.temporary = temporary;
        this.recording = recording;
        this.withScheduler = withScheduler;
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
            boolean withScheduler = hasScheduler(file);
            return new JfrReader(file, temporary, new RecordingFile(file), withScheduler);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // a damaged length is an array of that size
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

    private static boolean hasScheduler(Path file) throws IOException {
        try (RecordingFile first = new RecordingFile(file)) {
            while (first.hasMoreEvents()) {
                RecordedEvent recorded = first.readEvent();
                if (isOurs(recorded) && text(recorded, "role").equals(FINISHED)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean isOurs(RecordedEvent recorded) {
        return recorded.getEventType().getName().startsWith(PREFIX);
    }

    @Override
    public boolean advance(CaptureSink sink) throws IOException {
        while (!ended && window.size() < WINDOW) {
            try {
                if (!recording.hasMoreEvents()) {
                    ended = true;
                } else {
                    take(recording.readEvent());
                }
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                ended = true;
                sink.note(Note.CUT, position, "the recording is damaged here: " + e.getMessage(), new byte[0], 0, 0);
            }
        }
        FenceMoment moment = window.poll();
        if (moment == null) {
            return false;
        }
        position++;
        event.stamp(position, moment.ns(), CaptureEvent.NO_CPU, moment.thread(), moment.task())
                .fields(moment.name(), moment);
        sink.event(event);
        return true;
    }

    private void take(RecordedEvent recorded) {
        if (!isOurs(recorded)) {
            return;
        }
        String what = recorded.getEventType().getName().substring(PREFIX.length());
        boolean twice = withScheduler && text(recorded, "role").equals(HARDWARE);
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
        String name = thread == null ? null : thread.getJavaName();
        window.add(new FenceMoment(
                time.getEpochSecond() * 1_000_000_000L + time.getNano(),
                order++,
                (twice ? "hardware_fence_" : "dma_fence_") + action,
                thread == null ? -1 : (int) thread.getJavaThreadId(),
                name == null ? "" : name,
                text(recorded, "driver"),
                text(recorded, "timeline"),
                number(recorded, "context"),
                number(recorded, "seqno")));
    }

    private static String text(RecordedEvent recorded, String field) {
        String value = recorded.hasField(field) ? recorded.getString(field) : null;
        return value == null ? "" : value;
    }

    private static long number(RecordedEvent recorded, String field) {
        return recorded.hasField(field) ? recorded.getLong(field) : 0;
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
