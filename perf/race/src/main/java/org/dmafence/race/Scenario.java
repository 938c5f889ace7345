package org.dmafence.race;

import java.util.List;

/**
 * Parties that race, in every form of the protocol that there is to compare.
 *
 * @param name as on the command line
 * @param about who races with whom, in a line
 * @param variants the forms that it has
 * @param question what a failure answers
 * @param due which of the forms that are not sound are to be found here, so that it is noticed if they are not
 * @param build makes the parties
 */
public record Scenario(String name, String about, List<Variant> variants, Asked question, Due due, Build build) {
    /** One for which nothing is due yet. */
    public Scenario(String name, String about, List<Variant> variants, Asked question, Build build) {
        this(name, about, variants, question, (variant, memory) -> false, build);
    }

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

    /** Whether a form breaks a law here. */
    @FunctionalInterface
    public interface Due {
        boolean in(Variant variant, Memory memory);
    }

    /** The same, with what is due. */
    public Scenario with(Due found) {
        return new Scenario(name, about, variants, question, found, build);
    }

    /** The finished model of a form. */
    Machine machine(Variant variant, Memory memory) {
        Model model = new Model();
        build.of(model, variant);
        return new Machine(model, memory);
    }
}
