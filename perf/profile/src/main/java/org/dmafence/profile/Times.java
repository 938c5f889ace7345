package org.dmafence.profile;

/**
 * A job's way, on the runtime's clock; {@link Probe#NEVER} for what did not happen.
 *
 * @param client whose job it was
 * @param intendedNs when it was meant to be sent
 * @param sentNs when the sender got to it
 * @param acceptedNs when its entity had taken it
 * @param ranNs when the hardware was given it
 * @param signaledNs when the hardware fence signalled
 * @param callbackNs when the client's callback ran
 * @param wokeNs when the thread that slept for it went on
 * @param good whether it ended without an error
 */
record Times(
        int client,
        long intendedNs,
        long sentNs,
        long acceptedNs,
        long ranNs,
        long signaledNs,
        long callbackNs,
        long wokeNs,
        boolean good) {

    /**
     * How long an edge took; {@link Probe#NEVER} if the job has no such edge. One that failed has no other than that.
     */
    long of(Edge edge) {
        if (good == (edge == Edge.FAILED)) {
            return Probe.NEVER;
        }
        return switch (edge) {
            case SEND_DELAY -> between(intendedNs, sentNs);
            case SUBMIT_QUEUE -> between(sentNs, acceptedNs);
            case QUEUE_RUN -> between(acceptedNs, ranNs);
            case RUN_SIGNAL -> between(ranNs, signaledNs);
            case SIGNAL_CALLBACK -> between(signaledNs, callbackNs);
            case SIGNAL_WAKE -> between(signaledNs, wokeNs);
            case WHOLE, FAILED -> between(intendedNs, callbackNs);
            case GRACE_PERIOD -> Probe.NEVER;
        };
    }

    private static long between(long fromNs, long toNs) {
        return fromNs == Probe.NEVER || toNs == Probe.NEVER ? Probe.NEVER : Math.max(0, toNs - fromNs);
    }
}
