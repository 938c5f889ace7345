package org.dmafence.capture;

import java.io.Closeable;
import java.io.IOException;

/** Reads a capture from its beginning to its end. */
public interface CaptureReader extends Closeable {
    /**
     * Reads on, and tells the sink of one event and of what stands before it.
     *
     * @return false at the end
     * @throws CaptureException the input is no capture
     * @throws IOException reading fails
     */
    boolean advance(CaptureSink sink) throws IOException;

    /** Line or record that was read last, counted from 1; 0 before. */
    long position();

    /** Where and by which clock it was recorded, as far as was read. */
    default CaptureOrigin origin() {
        return CaptureOrigin.UNKNOWN;
    }
}
