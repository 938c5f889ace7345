package org.dmafence.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when one of its threads dies of an error of the virtual machine, as a rule for want of memory; of
 * another error it ends with the same exit code, but in its own time. Others would wait
 * for that thread for ever: for an engine's, for the one that runs RCU's callbacks. All that is needed then is made
 * before.
 */
final class LastWords implements Thread.UncaughtExceptionHandler {
    private static final byte[] WORDS =
            ("dmafence: internal error: a thread ended early, out of memory as a rule; give the program more, as in"
                            + " DMAFENCE_JAVA_OPTS=-Xmx4g"
                            + System.lineSeparator())
                    .getBytes(StandardCharsets.UTF_8);

    /** How long the process may take to drop its unfinished files. */
    private static final long PATIENCE_S = 5;

    private volatile boolean died;
    private final CountDownLatch over = new CountDownLatch(1);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);

    /** Guarded by this. */
    private boolean openLine;

    private LastWords() {}

    /**
     * Standard error, until the last words are written; what follows them is dropped. Akka writes a stack trace in
     * pieces when one of its threads finds no memory, and would do so before and after them: its first piece makes the
     * last words come at once.
     */
    private final class StandardError extends PrintStream {
        private static final String AKKAS_FIRST_WORDS = "Uncaught error from thread [";

        StandardError() {
            super(new Mute(), true);
        }

        @Override
        public void print(@Nullable String text) {
            if (text != null && text.startsWith(AKKAS_FIRST_WORDS)) {
                speak();
            } else {
                super.print(text);
            }
        }
    }

    /** Passes on what comes before the end, and knows whether a line is open. */
    private final class Mute extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (LastWords.this) {
                if (over.getCount() > 0 && length > 0) {
                    err.write(bytes, offset, length);
                    openLine = bytes[offset + length - 1] != '\n';
                }
            }
        }
    }

    /** To be called once, before there are other threads. */
    static LastWords install() {
        LastWords words = new LastWords();
        daemon("dmafence-exit", () -> {
            words.over.await();
            System.exit(Failures.INTERNAL);
        });
        daemon("dmafence-halt", () -> {
            words.over.await();
            TimeUnit.SECONDS.sleep(PATIENCE_S);
            Runtime.getRuntime().halt(Failures.INTERNAL);
        });
        Thread.setDefaultUncaughtExceptionHandler(words);
        System.setErr(words.new StandardError());
        return words;
    }

    private static void daemon(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /**
     * What the process ends with, which a command ends with this code: what is said without one of its threads is not
     * to be relied on.
     */
    int code(int command) {
        return died ? Failures.INTERNAL : command;
    }

    /**
     * Ends the process with {@link Failures#INTERNAL}, soon, whatever its shutdown hooks wait for; who calls has said
     * why.
     */
    void end() {
        over.countDown();
    }

    @Override
    public void uncaughtException(Thread thread, Throwable e) {
        if (!(e instanceof VirtualMachineError)) {
            died = true;
            System.err.println("dmafence: internal error: thread " + thread.getName() + ": " + e);
            return;
        }
        speak();
    }

    private synchronized void speak() {
        if (over.getCount() > 0) {
            try {
                if (openLine) {
                    err.write('\n');
                }
                err.write(WORDS);
            } catch (IOException closed) {
                // The exit code has to do.
            }
            end();
        }
    }
}
