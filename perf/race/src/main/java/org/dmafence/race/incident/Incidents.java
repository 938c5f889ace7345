package org.dmafence.race.incident;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.dmafence.race.Memory;
import org.dmafence.race.Model;
import org.dmafence.race.Question;
import org.dmafence.race.Scenario;
import org.dmafence.race.Variant;

/** The incidents, in the order of the book. */
public final class Incidents {
    /** Builds one of the two forms. */
    @FunctionalInterface
    interface Form {
        void of(Model model, boolean fixed);
    }

    private Incidents() {}

    /** All of them. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(VgemIncidents.ALL);
        all.addAll(DetachIncidents.ALL);
        all.addAll(SchedulerIncidents.ALL);
        all.addAll(WakeUpIncidents.ALL);
        all.addAll(ReferenceIncidents.ALL);
        all.addAll(LockIncidents.ALL);
        all.addAll(WaitIncidents.ALL);
        return List.copyOf(all);
    }

    /**
     * One of them.
     *
     * @param about what met what
     * @param asked what people wanted to know
     * @param where it happened
     */
    static Scenario incident(String name, String about, String asked, String where, Form form) {
        return incident(name, about, asked, where, memory -> true, form);
    }

    /** One that needs loads and stores that are not in their order. */
    static Scenario weakIncident(String name, String about, String asked, String where, Form form) {
        return incident(name, about, asked, where, memory -> memory == Memory.WEAK, form);
    }

    private static Scenario incident(
            String name, String about, String asked, String where, Predicate<Memory> shows, Form form) {
        Question question = new Question(asked, where);
        return new Scenario(
                name,
                about,
                List.of(Variant.BROKEN, Variant.FIXED),
                (variant, law) -> question,
                (variant, memory) -> variant.equals(Variant.BROKEN) && shows.test(memory),
                (model, variant) -> form.of(model, variant.equals(Variant.FIXED)));
    }
}
