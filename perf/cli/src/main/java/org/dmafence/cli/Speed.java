package org.dmafence.cli;

import org.dmafence.replay.Pace;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How fast to replay.
 *
 * @param text as it was given
 * @param factor of the trace's clock
 */
record Speed(String text, double factor) {
    static final Speed MAX = new Speed("max", Double.POSITIVE_INFINITY);

    Pace pace() {
        return Double.isInfinite(factor) ? Pace.max() : Pace.of(factor);
    }

    /** Takes {@code max} or a positive number. */
    static final class Converter implements ITypeConverter<Speed> {
        @Override
        public Speed convert(String value) {
            try {
                if (value.equals("max")) {
                    return Speed.MAX;
                }
                double factor = Double.parseDouble(value);
                if (factor > 0 && factor < Double.POSITIVE_INFINITY) {
                    return new Speed(value, factor);
                }
            } catch (NumberFormatException e) {
                // The message below says all there is to say.
            }
            throw new TypeConversionException("\"" + value + "\"; use max, or a number above 0 such as 10");
        }
    }
}
