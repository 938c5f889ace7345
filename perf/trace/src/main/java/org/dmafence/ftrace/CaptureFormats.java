package org.dmafence.ftrace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.Data;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.jfr.JfrReader;
import org.dmafence.capture.perfetto.PerfettoReader;
import org.dmafence.capture.text.TextReader;
import org.dmafence.capture.tracedat.TraceDatReader;
import org.dmafence.capture.wrap.Unwrapper;
import org.jspecify.annotations.Nullable;

/** Finds the reader for a capture by its content. */
final class CaptureFormats {
    private static final int BEGINNING = 4096;

    /** A reader, and what the capture was packed in; empty if in nothing. */
    record Opened(CaptureReader reader, String packing) {}

    private CaptureFormats() {}

    /**
     * A reader for what is in a stream, which is the caller's to close if it is refused.
     *
     * @param file where the stream comes from, if it is a file: some formats are read at several places
     */
    static Opened open(InputStream stream, @Nullable Path file, StringPool pool) throws IOException {
        Unwrapper.Content content = Unwrapper.unwrap(stream, CaptureFormats::isCapture);
        return new Opened(reader(content, stream, file, pool), content.packing());
    }

    private static CaptureReader reader(
            Unwrapper.Content content, InputStream stream, @Nullable Path file, StringPool pool) throws IOException {
        BufferedInputStream in = new BufferedInputStream(content.stream(), 2 * BEGINNING);
        byte[] beginning = beginning(in);
        if (JfrReader.recognises(beginning, beginning.length)) {
            Path here = content.packing().isEmpty() ? file : null;
            Path recording = here == null ? spooled(in) : here;
            stream.close();
            return JfrReader.of(recording, here == null);
        }
        boolean perfetto = PerfettoReader.recognises(beginning, beginning.length);
        if (perfetto || TraceDatReader.recognises(beginning, beginning.length)) {
            Data data = content.packing().isEmpty() && file != null ? inPlace(stream, file) : Data.of(in);
            return binary(data, perfetto, pool);
        }
        try {
            return TextReader.of(in, pool);
        } catch (CaptureException e) {
            if (e.problem() == Problem.EMPTY && !content.packing().isEmpty()) {
                throw new CaptureException(
                        Problem.EMPTY, "nothing is in this " + content.packing() + " file", e.remedy());
            }
            throw e;
        }
    }

    /** What people call the format that a reader is for. */
    static String name(CaptureReader reader) {
        return reader instanceof TraceDatReader
                ? "trace.dat"
                : reader instanceof PerfettoReader
                        ? "Perfetto"
                        : reader instanceof JfrReader ? "flight recording" : "ftrace text";
    }

    /** The flight recorder's reader takes files only. */
    private static Path spooled(InputStream in) throws IOException {
        Path copy = Files.createTempFile("dmafence", ".jfr");
        try {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (IOException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    private static Data inPlace(InputStream stream, Path file) throws IOException {
        stream.close();
        return Data.of(file);
    }

    private static CaptureReader binary(Data data, boolean perfetto, StringPool pool) throws IOException {
        try {
            return perfetto ? PerfettoReader.of(data, pool) : TraceDatReader.of(data, pool);
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static byte[] beginning(BufferedInputStream in) throws IOException {
        in.mark(BEGINNING);
        byte[] bytes;
        try {
            bytes = in.readNBytes(BEGINNING);
        } catch (EOFException e) {
            bytes = new byte[0]; // the text's reader meets it again
        }
        in.reset();
        return bytes;
    }

    private static boolean isCapture(byte[] beginning, int length) {
        return TraceDatReader.recognises(beginning, length)
                || PerfettoReader.recognises(beginning, length)
                || JfrReader.recognises(beginning, length)
                || TextReader.recognises(beginning, length);
    }
}
