package org.dmafence.report.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An axis of a chart.
 *
 * @param label what is along it
 * @param unit of the numbers in the page
 * @param log whether it begins logarithmic
 * @param switched whether the reader may switch it between linear and logarithmic
 * @param marks where it is labelled, if not at round numbers
 */
public record Axis(
        String label,
        Unit unit,
        boolean log,
        boolean switched,
        @Nullable List<Mark> marks) {
    /** What numbers are. */
    public enum Unit {
        NANOSECONDS,
        SECONDS,
        COUNT,
        PER_SECOND,
        BYTES,
        /** A place between marks. */
        PLACE
    }

    /** A label at a place. */
    public record Mark(double at, String label) {}

    /** A logarithmic axis that can be made linear. */
    public static Axis logarithmic(String label, Unit unit) {
        return new Axis(label, unit, true, true, null);
    }

    /** A linear axis that can be made logarithmic. */
    public static Axis linear(String label, Unit unit) {
        return new Axis(label, unit, false, true, null);
    }

    /** A linear axis that stays so. */
    public static Axis plain(String label, Unit unit) {
        return new Axis(label, unit, false, false, null);
    }

    /** A linear axis with labels at some places. */
    public static Axis marked(String label, List<Mark> marks) {
        return new Axis(label, Unit.PLACE, false, false, List.copyOf(marks));
    }
}
