package org.dmafence.inspect;

import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;

/** A job that was in flight at the capture's end. */
record Unended(JobLife life, Known known, Fate fate) {
    boolean ran() {
        return life.ranNs() != JobLife.NEVER;
    }
}
