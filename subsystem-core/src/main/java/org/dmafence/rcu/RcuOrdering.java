package org.dmafence.rcu;

/**
 * How the read side's entry is ordered against an updater's scan of the readers.
 *
 * <p>The semantics are the same in every mode; only who pays differs. Kernel counterpart: the choice liburcu makes
 * between its {@code memb} and {@code mb} flavours.
 */
public enum RcuOrdering {
    /**
     * {@link #MEMBARRIER} where it works, otherwise {@link #FENCE}. The system property
     * {@value #PROPERTY} ({@code membarrier} or {@code fence}) decides instead when it is set.
     */
    AUTO,

    /**
     * Readers order by the compiler only; each grace period makes the operating system run a barrier on every
     * processor that executes this process. Linux, from JDK 24 on or with JNA on the class path.
     */
    MEMBARRIER,

    /** Readers run a full fence on entry; grace periods need no help. Works everywhere. */
    FENCE;

    /** Name of the system property that decides for {@link #AUTO}. */
    public static final String PROPERTY = "dmafence.rcu.ordering";

    /** The mode that is really used: never {@link #AUTO}. */
    RcuOrdering resolve() {
        return switch (this) {
            case FENCE -> FENCE;
            case MEMBARRIER -> requireMembarrier();
            case AUTO ->
                switch (System.getProperty(PROPERTY, "auto")) {
                    case "auto" -> Membarrier.instance().isAvailable() ? MEMBARRIER : FENCE;
                    case "membarrier" -> requireMembarrier();
                    case "fence" -> FENCE;
                    default ->
                        throw new IllegalArgumentException("System property " + PROPERTY + " is '"
                                + System.getProperty(PROPERTY) + "'; use auto, membarrier or fence");
                };
        };
    }

    private static RcuOrdering requireMembarrier() {
        Membarrier membarrier = Membarrier.instance();
        if (!membarrier.isAvailable()) {
            throw new UnsupportedOperationException("RCU ordering MEMBARRIER is forced but not available: "
                    + membarrier.unavailableReason() + "; use AUTO or FENCE");
        }
        return MEMBARRIER;
    }
}
