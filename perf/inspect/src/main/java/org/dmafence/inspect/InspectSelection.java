package org.dmafence.inspect;

import org.jspecify.annotations.Nullable;

/**
 * What of a capture is looked at.
 *
 * @param fence whose story is told; null for none
 * @param ring the ring, with or without its device; null for all
 * @param client a client, as a report calls it, or its number, comm or thread; null for all
 * @param fromNs jobs and waits that end before are left out
 * @param toNs jobs and waits that begin after are left out
 */
public record InspectSelection(
        @Nullable FenceName fence,
        @Nullable String ring,
        @Nullable String client,
        long fromNs,
        long toNs) {
    /** Everything. */
    public static final InspectSelection ALL = new InspectSelection(null, null, null, Long.MIN_VALUE, Long.MAX_VALUE);

    /** Whether no job and no wait is left out. */
    public boolean isEverything() {
        return ring == null && client == null && fromNs == Long.MIN_VALUE && toNs == Long.MAX_VALUE;
    }

    boolean has(JobStory job) {
        boolean onRing = ring == null || ring.equals(job.ring()) || ring.equals(job.where());
        return onRing && hasClient(job.client()) && overlaps(job.submittedNs(), job.submittedNs() + job.totalNs());
    }

    boolean has(WaitStory wait) {
        boolean onRing = ring == null || wait.on().equals(ring) || wait.on().endsWith("/" + ring);
        Long ended = wait.endedNs();
        return onRing
                && hasClient(wait.task() + "-" + wait.pid())
                && overlaps(wait.startedNs(), ended == null ? Long.MAX_VALUE : ended);
    }

    private boolean overlaps(long beginNs, long endNs) {
        return endNs >= fromNs && beginNs <= toNs;
    }

    private boolean hasClient(String name) {
        return client == null
                || name.equals(client)
                || name.startsWith(client + "-")
                || name.endsWith("-" + client)
                || name.equals("client " + client)
                || name.startsWith("client " + client + " ")
                || name.endsWith("(" + client + ")");
    }
}
