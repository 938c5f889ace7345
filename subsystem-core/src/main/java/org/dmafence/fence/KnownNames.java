package org.dmafence.fence;

import org.jspecify.annotations.Nullable;

/**
 * The names that an issuer answered, from one sequence number on, and before them those of earlier fences: a timeline
 * may get other names, as an entity does that moves to another ring, and the fences from before keep theirs. Immutable.
 */
final class KnownNames {
    /** How many changes are told apart; fences from before the earliest of those are of an unknown name. */
    static final int KEPT = 16;

    static final String UNKNOWN = "(forgotten)";

    final String driver;
    final String timeline;
    private final long seqno;
    private final @Nullable KnownNames earlier;

    private KnownNames(long seqno, String driver, String timeline, @Nullable KnownNames earlier) {
        this.seqno = seqno;
        this.driver = driver;
        this.timeline = timeline;
        this.earlier = earlier;
    }

    /** What was known, and names that the issuer answered for a fence. */
    static KnownNames with(@Nullable KnownNames known, String driver, String timeline, long seqno, boolean seqno64) {
        if (known == null) {
            return new KnownNames(seqno, driver, timeline, null);
        }
        KnownNames at = known.at(seqno, seqno64);
        if (at.driver.equals(driver) && at.timeline.equals(timeline)) {
            return known;
        }
        KnownNames added = known.insert(seqno, driver, timeline, seqno64);
        return added.length() > KEPT ? added.first(KEPT) : added;
    }

    /** Those that a fence of this number is known by; the earliest for one from before. */
    KnownNames at(long number, boolean seqno64) {
        KnownNames names = this;
        while (names.earlier != null && SequenceNumbers.isLater(names.seqno, number, seqno64)) {
            names = names.earlier;
        }
        return names;
    }

    private KnownNames insert(long number, String newDriver, String newTimeline, boolean seqno64) {
        if (seqno == number) {
            return new KnownNames(number, newDriver, newTimeline, earlier);
        }
        if (!SequenceNumbers.isLater(seqno, number, seqno64)) {
            return new KnownNames(number, newDriver, newTimeline, this);
        }
        KnownNames before = earlier == null
                ? new KnownNames(number, newDriver, newTimeline, null)
                : earlier.insert(number, newDriver, newTimeline, seqno64);
        return new KnownNames(seqno, driver, timeline, before);
    }

    private int length() {
        return earlier == null ? 1 : 1 + earlier.length();
    }

    /** The latest ones, and that there were others. */
    private KnownNames first(int count) {
        if (count == 1 || earlier == null) {
            return new KnownNames(seqno, UNKNOWN, UNKNOWN, null);
        }
        return new KnownNames(seqno, driver, timeline, earlier.first(count - 1));
    }
}
