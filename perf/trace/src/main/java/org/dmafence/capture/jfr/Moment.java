package org.dmafence.capture.jfr;

import org.dmafence.capture.Fields;

/** One of the kernel's events, out of a recording, with the fields that the kernel has. */
sealed interface Moment extends Fields, Comparable<Moment> permits FenceMoment, JobMoment {
    /** When. */
    long ns();

    /** Of those at one time, which came first in the recording. */
    long order();

    /** What the kernel calls it. */
    String name();

    int thread();

    String task();

    @Override
    default int compareTo(Moment other) {
        int first = Long.compare(ns(), other.ns());
        return first != 0 ? first : Long.compare(order(), other.order());
    }
}
