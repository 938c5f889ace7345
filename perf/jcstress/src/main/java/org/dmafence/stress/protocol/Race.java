package org.dmafence.stress.protocol;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/**
 * Two parties that race on one state, once. Each answers 0, or the law that it found broken; r1 and r2 of the jcstress
 * tests are theirs, r3 is what is found afterwards.
 */
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "Every law is kept.")
@Outcome(expect = FORBIDDEN, desc = "A law is broken: the numbers are those of Race.")
public abstract class Race {
    public static final int KEPT = 0;

    /** The driver's memory was used after it was freed. */
    public static final int FREED = 1;

    /** A call through no table: a jump to address 0 in C. */
    public static final int NO_TABLE = 2;

    /** The table was there, and what it works on was not. */
    public static final int NO_PAYLOAD = 3;

    /** A fence that had not signalled answered as one that has. */
    public static final int DETACHED_UNSIGNALED = 4;

    /** The driver was asked to enable a fence that had signalled. */
    public static final int ENABLED_TOO_LATE = 5;

    /** Somebody spun on the lock bit while a callback ran. */
    public static final int SPUN_ON_CALLBACK = 6;

    /** A callback ran twice, or never, or after it was taken back, or its remover went on before it had finished. */
    public static final int CALLBACK_LOST = 7;

    /** Two signals of one fence both won. */
    public static final int TWO_WINNERS = 8;

    /** An error was lost, or known twice. */
    public static final int ERROR_LOST = 9;

    /** A job ran again after it had ended, ended twice, or never. */
    public static final int JOB_TWICE = 10;

    /** A status that had been read changed. */
    public static final int STATUS_CHANGED = 11;

    /** What the first thread does; 0 or the law it broke. */
    public abstract int left();

    /** What the second thread does. */
    public abstract int right();

    /** What is found when both are through. */
    public int after() {
        return KEPT;
    }
}
