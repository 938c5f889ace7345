package org.dmafence.race.scenario;

/** In what the forms of the fence protocol differ. */
enum Trait {
    /** The state word, lock bit and callbacks outside of it; else the kernel's spin lock. */
    STATE_WORD,
    /** Ops are read in read sections everywhere, not for names only. */
    SECTIONS,
    /** Signalling takes the ops away from a fence whose table has neither wait nor release. */
    DETACH,
    /** Ops are tested for null wherever they are used, but for names. */
    NULL_TESTS,
    /** And for names. */
    NAME_NULL_TEST,
    /** The tracepoint comes after the detach, not before. */
    TRACE_AFTER_DETACH,
    /** The timeline's name is asked by the driver's name op. */
    TIMELINE_ASKS_DRIVER,
    /** A fence may have its lock inside of it. */
    INLINE_LOCK,
    /** The bit that says there is a timestamp is set in no order with the timestamp. */
    UNORDERED_TIMESTAMP,
    /** A module stays as long as there is a fence whose table has wait or release. */
    PINNED,
    /** Ops that can't be detached are replaced when a module is unloaded by force. */
    TOMBSTONES,
    /** Table and payload are two fields; the table is read last and cleared first. */
    SPLIT_PAYLOAD,

    // Planted mistakes.
    NO_GRACE_PERIOD,
    NO_BARRIER,
    DETACH_FIRST,
    DETACH_UNORDERED,
    PAYLOAD_FIRST,
    CALLBACKS_LOCKED,
    RELEASE_OUTSIDE,
    FORGOTTEN_EARLY,
    WAIT_NOT_PINNED,
    UNCLAIMED_END,
    START_ACQUIRES,
    CLOSE_ACQUIRES
}
