package org.dmafence.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether the user wants an end: by Ctrl-C or a signal, which end the process as soon as this is closed, or by an interrupt of the
 * thread that asks.
 */
final class StopRequest implements BooleanSupplier, AutoCloseable {
    /** How long what was measured may take to be written. */
    private static final long PATIENCE_S = 60;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "dmafence-stop");
    private volatile boolean asked;

    StopRequest() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void onShutdown() {
        asked = true;
        try {
            boolean unused = closed.await(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
