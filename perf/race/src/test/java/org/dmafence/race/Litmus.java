package org.dmafence.race;

import java.util.List;
import java.util.function.Consumer;

/** Small models whose forbidden end is a law, and whether it can be reached. */
final class Litmus {
    static final Law FORBIDDEN = new Law("forbidden", "the end in question is reached");

    private Litmus() {}

    static Outcome explore(Memory memory, Consumer<Model> build) {
        return explore(memory, Search.exhaustive(), build);
    }

    static Outcome explore(Memory memory, Search search, Consumer<Model> build) {
        Model model = new Model();
        build.accept(model);
        return new Explorer(new Machine(model, memory), search, () -> false, states -> {}).run();
    }

    /** The shortest schedule that was found. */
    static Outcome.Failure shortest(Outcome outcome) {
        return outcome.failures().stream().findFirst().orElseThrow(() -> new AssertionError("nothing was found"));
    }

    /** The names of the laws that are broken. */
    static List<String> laws(Outcome outcome) {
        return outcome.failures().stream().map(failure -> failure.law().name()).toList();
    }

    /** Whether some schedule ends so. */
    static boolean allows(Memory memory, Consumer<Model> build) {
        return !explore(memory, build).failures().isEmpty();
    }
}
