package org.dmafence.capture;

/** The arguments of one event by the names of the kernel's format files. Valid while its event is shown. */
public interface Fields {
    /** Whether the event has a field of that name. */
    boolean has(String name);

    /** A number, signed or not as the kernel declares it; 0 if there is no such field or it is none. */
    long number(String name);

    /** A text; empty if there is no such field. */
    String text(String name);
}
