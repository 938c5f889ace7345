package org.dmafence.inspect;

/** Is shown each job and each wait as it goes by; such as one who writes them to a file. */
public interface Watcher {
    /** A job ended, or the capture did. */
    void job(JobStory job);

    /** A wait ended, or the capture did. */
    void waited(WaitStory wait);

    /** Jobs and waits that there was no room for. */
    default long leftOut() {
        return 0;
    }
}
