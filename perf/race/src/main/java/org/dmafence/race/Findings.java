package org.dmafence.race;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.Outcome.Failure;

/** The laws that a search has seen broken, each with the shortest schedule. Used by one thread. */
final class Findings {
    private final Map<Law, Failure> byLaw = new LinkedHashMap<>();

    /**
     * Notes what a schedule breaks.
     *
     * @param length how long the schedule is
     * @param moves makes it, if it is wanted
     */
    void add(Collection<Broken> broken, int length, Supplier<List<Move>> moves) {
        for (Broken one : broken) {
            Failure known = byLaw.get(one.law());
            if (known == null || known.moves().size() > length) {
                byLaw.put(one.law(), new Failure(one.law(), one.detail(), moves.get()));
            }
        }
    }

    boolean isEmpty() {
        return byLaw.isEmpty();
    }

    /** The shortest first, else as they were found. */
    List<Failure> sorted() {
        List<Failure> all = new ArrayList<>(byLaw.values());
        all.sort(Comparator.comparingInt(failure -> failure.moves().size()));
        return List.copyOf(all);
    }

    /** Whether nothing comes after what was broken. */
    static boolean areFatal(Collection<Broken> broken) {
        return broken.stream().anyMatch(one -> one.law().fatal());
    }
}
