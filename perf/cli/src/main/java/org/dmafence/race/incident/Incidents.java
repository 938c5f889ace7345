package org.dmafence.race.incident;

import java.util.ArrayList;
import java.util.List;
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
        Question question = new Question(asked, where);
        return new Scenario(
                name,
                about,
                List.of(Variant.BROKEN, Variant.FIXED),
                (variant, law) -> question,
                (model, variant) -> form.of(model, variant.equals(Variant.FIXED)));
    }
}
