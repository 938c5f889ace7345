package org.dmafence.fairness;

import org.HdrHistogram.Histogram;

/** What one client submitted and got. Times are nanoseconds of the log's clock. Read when the log is closed. */
public final class ClientService {
    private static final int DIGITS = 3;
    private static final long NEVER = Long.MIN_VALUE;

    private final String name;
    private final Histogram waits = new Histogram(DIGITS);
    private final Histogram latencies = new Histogram(DIGITS);
    private long submitted;
    private long finished;
    private long failed;
    private long unserved;
    private long hardwareNs;
    private long starvedNs;

    /** How many of its jobs have not ended. */
    private long open;

    /** On how many rings the hardware works for it. */
    private int serving;

    /** Since when it has had work and no service; {@link #NEVER} while that is not so. */
    private long hungrySinceNs = NEVER;

    ClientService(String name) {
        this.name = name;
    }

    void submitted(long nowNs) {
        submitted++;
        if (open++ == 0) {
            hungrySinceNs = nowNs;
        }
    }

    void began(long waitedNs, long nowNs) {
        waits.recordValue(Math.max(0, waitedNs));
        serving++;
        fed(nowNs);
    }

    void paused(long servedNs, long nowNs) {
        hardwareNs += servedNs;
        if (--serving == 0) {
            hungrySinceNs = nowNs;
        }
    }

    void ended(long latencyNs, boolean good, long nowNs) {
        latencies.recordValue(Math.max(0, latencyNs));
        if (good) {
            finished++;
        } else {
            failed++;
        }
        if (--open == 0) {
            fed(nowNs);
        }
    }

    /** The log ends, and this job has waited in vain. */
    void leftWaiting(long waitedNs) {
        unserved++;
        waits.recordValue(Math.max(0, waitedNs));
    }

    void closed(long nowNs) {
        fed(nowNs);
    }

    private void fed(long nowNs) {
        if (hungrySinceNs != NEVER) {
            starvedNs = Math.max(starvedNs, nowNs - hungrySinceNs);
            hungrySinceNs = NEVER;
        }
    }

    /** The client's name. */
    public String name() {
        return name;
    }

    /** How many jobs it submitted. */
    public long submitted() {
        return submitted;
    }

    /** How many of them ended well. */
    public long finished() {
        return finished;
    }

    /** How many of them ended with an error. */
    public long failed() {
        return failed;
    }

    /** How many of them the hardware had not begun with. */
    public long unserved() {
        return unserved;
    }

    /** For how long the hardware worked for it. */
    public long hardwareNs() {
        return hardwareNs;
    }

    /** The longest time for which it had jobs and the hardware worked on none of them. */
    public long starvedNs() {
        return starvedNs;
    }

    /** From the submission of each job until the hardware began with it, or until the end for one it did not. */
    public Histogram waits() {
        return waits;
    }

    /** From the submission of each job to its end. */
    public Histogram latencies() {
        return latencies;
    }
}
