package org.dmafence.race.scenario;

import org.dmafence.race.Law;
import org.dmafence.race.Question;
import org.dmafence.race.Variant;

/** What was asked about the series, or came up after it was merged. */
final class Questions {
    private static final String REVIEW = "review of \"dma-buf: protected fence ops by RCU v5\", 10 Feb 2026";
    private static final String AFTER = "after the merge for 7.1";
    private static final String NOT_ASKED = "nobody asked it in the review";

    static final Question WHY = new Question("Why does this patch exist at all?", REVIEW);
    static final Question STILL_RACE =
            new Question("Couldn't is_signaled still race, since there is no !ops test?", REVIEW);
    static final Question INDEPENDENT =
            new Question("How do we know that a fence is independent of its issuer, and what does that mean?", REVIEW);
    static final Question WAIT_OUTSIDE = new Question("Why may wait be called outside of the read section?", REVIEW);
    static final Question RELEASE_INSIDE = new Question("Why is release called inside of the read section?", NOT_ASKED);
    static final Question TIMELINE = new Question("Does timeline_name not call get_driver_name here?", NOT_ASKED);
    static final Question TRACE = new Question("Why does tracing a signal crash?", AFTER);
    static final Question NAMES = new Question("May the flag be read before the table when a name is asked?", AFTER);
    static final Question TIMESTAMP =
            new Question("What orders the timestamp and the bit that says it is there?", NOT_ASKED);
    static final Question BARRIER =
            new Question("Is a grace period enough for a module that defers callbacks of its own?", NOT_ASKED);
    static final Question ORDERED_DETACH =
            new Question("May the table be seen to be gone before the flag is seen to be set?", NOT_ASKED);
    static final Question CALLBACKS =
            new Question("May a callback run under the fence's lock?", "the design of dmafence, docs/adr/0002");

    /** For what nobody asked about. */
    static final Question NONE = new Question("none of the review's", "the design of dmafence");

    private Questions() {}

    /** For what concerns the table of ops. */
    static Question ofOps(Variant variant, Law law) {
        return law.equals(Law.NULL_TABLE) || law.equals(Law.NULL_PAYLOAD) ? STILL_RACE : WHY;
    }

    /** For the names. */
    static Question ofNames(Variant variant, Law law) {
        if (law.equals(Law.WRONG_NAME)) {
            return TIMELINE;
        }
        if (law.equals(Law.EARLY_LITERAL)) {
            return ORDERED_DETACH;
        }
        return law.equals(Law.NULL_TABLE) && variant.has(Trait.NULL_TESTS) ? NAMES : ofOps(variant, law);
    }

    /** For the tracepoints. */
    static Question ofTracing(Variant variant, Law law) {
        return law.equals(Law.NULL_TABLE) && variant.has(Trait.TRACE_AFTER_DETACH) ? TRACE : ofNames(variant, law);
    }
}
