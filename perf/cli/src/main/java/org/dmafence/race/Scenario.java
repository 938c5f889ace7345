package org.dmafence.race;

import java.util.List;

/**
 * Parties that race, in every form of the protocol that there is to compare.
 *
 * @param name as on the command line
 * @param about who races with whom, in a line
 * @param variants the forms that it has
 * @param question what a failure answers
 * @param build makes the parties
 */
public record Scenario(String name, String about, List<Variant> variants, Asked question, Build build) {
    /** Makes the parties of one form. */
    @FunctionalInterface
    public interface Build {
        void of(Model model, Variant variant);
    }

    /** Which question a broken law answers. */
    @FunctionalInterface
    public interface Asked {
        Question by(Variant variant, Law law);
    }

    /** The finished model of a form. */
    Machine machine(Variant variant, Memory memory) {
        Model model = new Model();
        build.of(model, variant);
        return new Machine(model, memory);
    }
}
