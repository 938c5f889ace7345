package org.dmafence.uapi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An eventfd: a counter that can be polled. Kernel counterpart: {@code fs/eventfd.c}, as opened with
 * {@code EFD_NONBLOCK}.
 */
public final class EventfdOpenFile extends OpenFile {
    /** Guarded by this, as is the other; never held while a poll is woken. */
    private long count;

    private final Set<PollTable> polls = new LinkedHashSet<>();

    @Override
    public EventfdOpenFile object() {
        return this;
    }

    /** Adds 1 and wakes who polls. Kernel counterpart: {@code eventfd_signal()}. */
    public void signal() {
        List<PollTable> woken;
        synchronized (this) {
            count++;
            woken = List.copyOf(polls);
        }
        woken.forEach(PollTable::wake);
    }

    /**
     * Takes what has been counted.
     *
     * @return at least 1, or {@code -EAGAIN}
     */
    public synchronized long read() {
        long taken = count;
        count = 0;
        return taken == 0 ? Errno.EAGAIN : taken;
    }

    @Override
    public int poll(@Nullable PollTable table) {
        synchronized (this) {
            if (table != null) {
                polls.add(table);
            }
        }
        if (table != null) {
            table.onDone(() -> forget(table));
        }
        synchronized (this) {
            return count > 0 ? POLLIN | POLLOUT : POLLOUT;
        }
    }

    private synchronized void forget(PollTable table) {
        polls.remove(table);
    }

    @Override
    protected void onLastClose() {
        // what still means to signal it counts for nobody
    }

    @Override
    public String toString() {
        return "eventfd";
    }
}
