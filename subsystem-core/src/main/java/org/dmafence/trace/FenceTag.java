package org.dmafence.trace;

/**
 * What an issuer knows about a fence beyond its names, for the flight recorder: which of a job's fences it is, of which
 * job, for which client.
 *
 * @param role which one of those that look alike, as {@code scheduled}, {@code finished} and {@link #HARDWARE}; empty
 *     where there is but one
 * @param jobId the number of the job, {@link #NO_JOB} if there is none or it is not known
 * @param client the client's name, empty if it is not known
 */
public record FenceTag(String role, long jobId, String client) {
    /** The role of the fence that a job's hardware signals. */
    public static final String HARDWARE = "hardware";

    /** The job's number where none is known. */
    public static final long NO_JOB = -1;

    /** Nothing is known. */
    public static final FenceTag NONE = new FenceTag("", NO_JOB, "");
}
