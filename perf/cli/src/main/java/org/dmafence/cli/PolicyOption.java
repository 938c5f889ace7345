package org.dmafence.cli;

import java.util.List;
import java.util.Locale;
import org.dmafence.sched.SchedulerPolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which policies to compare, in the order of the report. */
record PolicyOption(List<SchedulerPolicy> policies) {
    /** The kernel's default. */
    static final PolicyOption FIFO = new PolicyOption(List.of(SchedulerPolicy.FIFO));

    private static final PolicyOption ALL =
            new PolicyOption(List.of(SchedulerPolicy.FIFO, SchedulerPolicy.RR, SchedulerPolicy.FAIR));

    /** As the kernel's module parameter and our reports spell it. */
    static String name(SchedulerPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }

    /** Takes a policy's name, or {@code all}. */
    static final class Converter implements ITypeConverter<PolicyOption> {
        @Override
        public PolicyOption convert(String value) {
            if (value.equals("all")) {
                return ALL;
            }
            for (SchedulerPolicy policy : ALL.policies) {
                if (name(policy).equals(value)) {
                    return new PolicyOption(List.of(policy));
                }
            }
            throw new TypeConversionException("\"" + value + "\"; use fifo, rr, fair or all");
        }
    }
}
