package org.dmafence.inspect;

import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;

/** A job that was in flight at the capture's end. */
final class Unended {
    private final JobLife life;
    private final Known known;
    private final Fate fate;

    Unended(JobLife life, Known known, Fate fate) {
        this.life = life;
        this.known = known;
        this.fate = fate;
    }

    JobLife life() {
        return life;
    }

    Known known() {
        return known;
    }

    Fate fate() {
        return fate;
    }

    boolean ran() {
        return life.ranNs() != JobLife.NEVER;
    }
}
