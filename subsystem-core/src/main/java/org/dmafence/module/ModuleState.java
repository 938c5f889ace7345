package org.dmafence.module;

/**
 * How far a module has come, from loaded to proven gone. Kernel counterpart: {@code enum module_state}, and what is
 * beyond.
 */
public enum ModuleState {
    /** Loaded and working. */
    LIVE,
    /** Takes no new fences and opens no rings; may still go back to {@link #LIVE}. */
    GOING,
    /** The driver has exited and everything it issued has signalled. No way back. */
    DRAINED,
    /** A grace period has passed since, and no callback of the module's runs or is due. */
    QUIESCENT,
    /** Nothing of ours refers to the driver; its loader defines no more classes. */
    CLOSED,
    /** The collector has taken the loader, and no thread that the driver started is left. */
    COLLECTED,
    /** The collector has taken the loader, but threads that the driver started live on; the certificate names them. */
    LEAKED,
    /** Somebody still refers to the driver; the certificate says who, as far as that can be found out. */
    PINNED,
    /**
     * Nobody can tell whether somebody refers to the driver, because the JVM did not collect; the certificate says why.
     */
    UNPROVEN;

    /** Whether the driver has been released, whatever became of it since. */
    public boolean isClosed() {
        return compareTo(CLOSED) >= 0;
    }
}
