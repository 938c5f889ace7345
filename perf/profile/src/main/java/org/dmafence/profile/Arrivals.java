package org.dmafence.profile;

/** When which job is to be sent: an endless timetable, read one row at a time. Used by one thread. */
interface Arrivals {
    /** Goes on to the next row; before that there is none. Its time is not before the last one's. */
    void next();

    /** When the job is to be sent, counted from the beginning of the load. */
    long atNs();

    /** Which of the load's streams sends it. */
    int stream();

    /** How long the hardware works on it. */
    long lengthNs();
}
