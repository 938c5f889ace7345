package org.dmafence.uapi;

/** {@code struct pollfd}. */
public final class PollFd {
    /** In: which file; a negative one is left out. */
    public final int fd;

    /** In: the events asked for. */
    public final int events;

    /** Out: those that are pending, and {@link OpenFile#POLLNVAL} for a bad descriptor. */
    public int revents;

    /** A file to poll for events. */
    public PollFd(int fd, int events) {
        this.fd = fd;
        this.events = events;
    }
}
