package org.dmafence.profile;

/** Who submits the jobs of a load, on a thread of its own. */
interface Sender extends Runnable {
    /** Nobody asked to be told. */
    Runnable NOBODY = () -> {};

    /** Where jobs are sent to. */
    @FunctionalInterface
    interface Submitter {
        /**
         * Submits a job; may sleep while there is no room.
         *
         * @param intendedNs when it was meant to be
         * @param ended run on the signalling thread once the job has ended
         * @return false if no more jobs are taken
         */
        boolean submit(int stream, long intendedNs, long lengthNs, Runnable ended);
    }

    /** Has {@link #run} return soon. From any thread; a sender that sleeps has to be interrupted, too. */
    void stop();
}
