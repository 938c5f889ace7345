package org.dmafence.drivers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What a flight recording says of a driver's fences. */
public final class RecordedFences {
    private static final List<String> EVENTS = List.of("FenceInit", "FenceEmit", "FenceSignaled", "FenceDestroy");

    private RecordedFences() {}

    /**
     * Records.
     *
     * @param directory for the recording
     * @param driver the name of whose fences, as they give it
     * @return a line for each event: its name, the fence's number, its role, its job's number and its client
     */
    public static List<String> record(Path directory, String driver, Runnable body) {
        try (Recording recording = new Recording()) {
            EVENTS.forEach(name -> recording.enable("dmafence." + name).withoutThreshold());
            recording.start();
            body.run();
            recording.stop();
            Path file = directory.resolve("fences.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().startsWith("dmafence.Fence")
                            && driver.equals(event.getString("driver")))
                    .map(RecordedFences::line)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String line(RecordedEvent event) {
        return event.getEventType().getName().substring("dmafence.Fence".length()) + " " + event.getLong("seqno") + " "
                + event.getString("role") + " " + event.getLong("job") + " " + event.getString("client");
    }
}
