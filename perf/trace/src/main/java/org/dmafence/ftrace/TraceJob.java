package org.dmafence.ftrace;

import java.util.List;
import org.dmafence.ftrace.FenceRef.Dependency;

/**
 * A job as the trace describes it.
 *
 * @param key unique in the stream, increasing in the order of submission
 * @param entity who submitted: the entity's pointer before 6.17, the finished fence's context since
 * @param id the scheduler's number for the job before 6.17, the finished fence's seqno since
 * @param clientId the DRM client, -1 when the trace does not tell
 * @param priority 0 for normal, and where the trace does not tell; more urgent above, less below
 * @param finished the finished fence, as far as known
 * @param jobCount jobs waiting in the entity at submission
 * @param hwJobCount jobs (before 6.17) or credits (since) on the hardware at submission
 * @param dependencies in the order of the trace, without repetition; jobs among them have smaller keys
 */
public record TraceJob(
        long key,
        RingId ring,
        long entity,
        long id,
        long clientId,
        int priority,
        FenceIdentity finished,
        long jobCount,
        long hwJobCount,
        List<Dependency> dependencies) {}
