package org.dmafence.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A program written in C that measures a window when it is told to. It ends with its input, and so with this process.
 */
final class NativePeer implements AutoCloseable {
    private final Path program;
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    NativePeer(Path program) throws IOException {
        this.program = program;
        process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Has it do something so many times; nanoseconds for each. */
    double measure(String what, long times) throws IOException {
        in.write(what + " " + times + "\n");
        in.flush();
        String answer = out.readLine();
        if (answer == null || answer.equals("?")) {
            throw new IOException(
                    program.getFileName() + " answered \"" + what + "\" with " + (answer == null ? "its end" : answer));
        }
        return Double.parseDouble(answer);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Sections or callbacks in windows of about so long. */
    static final class Windows extends Contender {
        private final NativePeer peer;
        private final String what;
        private final Metric metric;
        private final long windowNs;
        private final long fixed;
        private long times = 1000;

        /**
         * @param fixed how many in each window, or 0 for as many as fill it
         */
        Windows(String name, NativePeer peer, String what, Metric metric, long windowNs, long fixed) {
            super(name);
            this.peer = peer;
            this.what = what;
            this.metric = metric;
            this.windowNs = windowNs;
            this.fixed = fixed;
        }

        @Override
        void window(Sink sink) throws IOException {
            double ns = peer.measure(what, fixed == 0 ? times : fixed);
            times = (long) Math.max(1, windowNs / Math.max(0.1, ns));
            sink.add(metric, ns);
        }
    }
}
