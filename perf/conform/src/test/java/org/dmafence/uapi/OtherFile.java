package org.dmafence.uapi;

import java.util.concurrent.atomic.AtomicInteger;

/** A file of a kind that no request of ours takes, and that counts how often it was closed. */
final class OtherFile extends OpenFile {
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public Object object() {
        return this;
    }

    @Override
    protected void onLastClose() {
        closed.incrementAndGet();
    }

    @Override
    public String toString() {
        return "a device";
    }
}
