package org.dmafence.conform;

/** An op on an object that is gone: the scenario goes on without it. */
final class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Skipped(String name) {
        super(name + " was freed", null, false, false);
    }
}
