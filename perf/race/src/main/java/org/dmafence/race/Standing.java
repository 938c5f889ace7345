package org.dmafence.race;

import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.Variant.Role;

/** How a result stands beside what it is to be. */
enum Standing {
    /** A sound form is clean, and everything was looked at. */
    GOOD,
    /** As it is to be, and nothing to rely on: a mistake was found, or not all was looked at, as was asked for. */
    NOTED,
    /** A sound form broke a law, a mistake was not found, or the search came to no end. */
    BAD;

    static Standing of(Result result) {
        boolean sound = result.role().equals(Role.SOUND.name());
        if (result.found()) {
            return sound ? BAD : NOTED;
        }
        if (isMissing(result) || isUnfinished(result)) {
            return BAD;
        }
        return sound && result.whole() ? GOOD : NOTED;
    }

    /** Whether a mistake got away. */
    static boolean isMissing(Result result) {
        return result.due() && !result.found();
    }

    /** Whether it ended before what was asked for was done. */
    static boolean isUnfinished(Result result) {
        return result.verdict().equals("UNFINISHED") || result.verdict().equals("STOPPED");
    }

    /** Of several results of one form, the worst. */
    static Standing of(Iterable<Result> results) {
        Standing worst = GOOD;
        for (Result result : results) {
            Standing standing = of(result);
            worst = standing.compareTo(worst) > 0 ? standing : worst;
        }
        return worst;
    }
}
