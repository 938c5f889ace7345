package org.dmafence.inspect;

import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.jobs.JobLife;

/** A job's run, as the thread that handed it to the hardware saw it. */
final class Handover {
    final Stamp stamp;

    /** When that thread could run, and when it got a CPU; both {@link JobLife#NEVER} where nothing tells. */
    final long wokenNs;

    final long onCpuNs;

    /** When the hardware's own fence of it signalled. */
    long hardwareSignaledNs = JobLife.NEVER;

    Handover(Stamp stamp, long wokenNs, long onCpuNs) {
        this.stamp = stamp;
        this.wokenNs = wokenNs;
        this.onCpuNs = onCpuNs;
    }
}
