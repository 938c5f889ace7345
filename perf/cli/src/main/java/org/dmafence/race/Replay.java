package org.dmafence.race;

import org.dmafence.race.RaceReport.Result;

/** Schedules in files. */
public final class Replay {
    private Replay() {}

    /** The name of the file that replays a result. */
    public static String fileName(Result result) {
        return result.scenario() + "." + result.variant() + "." + result.memory() + ".json";
    }

    static String caseName(Result result) {
        return result.scenario() + ", " + result.variant() + ", " + result.memory();
    }
}
