package org.dmafence.workload;

/** A text that describes no workload; the message says where, what and what to write instead. */
public final class WorkloadFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    WorkloadFormatException(String message) {
        super(message);
    }
}
