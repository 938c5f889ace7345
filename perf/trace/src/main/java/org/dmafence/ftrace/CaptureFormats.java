package org.dmafence.ftrace;

import java.io.IOException;
import java.io.InputStream;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.text.TextReader;
import org.dmafence.capture.wrap.Unwrapper;

/** Finds the reader for a capture by its content. */
final class CaptureFormats {
    private CaptureFormats() {}

    /** A reader for what is in a stream, which is the caller's to close if it is refused. */
    static CaptureReader open(InputStream stream, StringPool pool) throws IOException {
        Unwrapper.Content content = Unwrapper.unwrap(stream, CaptureFormats::isCapture);
        try {
            return TextReader.of(content.stream(), pool);
        } catch (CaptureException e) {
            if (e.problem() == Problem.EMPTY && !content.packing().isEmpty()) {
                throw new CaptureException(
                        Problem.EMPTY, "nothing is in this " + content.packing() + " file", e.remedy());
            }
            throw e;
        }
    }

    private static boolean isCapture(byte[] beginning, int length) {
        return TextReader.recognises(beginning, length);
    }
}
