package org.dmafence.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the user wants an end: by Ctrl-C or a signal, which end the process as soon as this is closed, or by an
 * interrupt of the thread that asks.
 */
final class StopRequest implements BooleanSupplier, AutoCloseable {
    /** As a shell reports a process that SIGINT has ended. */
    static final int INTERRUPTED = 130;

    /** How long what was measured may take to be written. */
    private static final long PATIENCE_S = 60;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "dmafence-stop");
    private final @Nullable Thread interrupted;
    private volatile boolean asked;

    /** One that whoever works asks now and then. */
    StopRequest() {
        this(null);
    }

    /** One that also interrupts the thread that works, which may wait for long. */
    StopRequest(@Nullable Thread interrupted) {
        this.interrupted = interrupted;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            asked = true; // the process is ending already
        }
    }

    private void onShutdown() {
        asked = true;
        if (interrupted != null) {
            interrupted.interrupt();
        }
        try {
            boolean unused = closed.await(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The exit code of a command that was ended early, or not. */
    static int code(boolean interrupted, boolean sound) {
        return interrupted ? INTERRUPTED : sound ? 0 : Failures.FINDINGS;
    }

    /** A text for people, which says first if it is not about all that was asked for. */
    static String text(boolean interrupted, String text) {
        return interrupted ? "Ended early: below is what was complete by then.\n\n" + text : text;
    }

    /** @throws InterruptedException if there is nothing to report */
    static void check(boolean nothing) throws InterruptedException {
        if (nothing) {
            throw new InterruptedException("interrupted before there was anything to report");
        }
    }

    @Override
    public boolean getAsBoolean() {
        if (Thread.interrupted()) {
            asked = true;
        }
        return asked;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook is what ends it.
        }
    }
}
