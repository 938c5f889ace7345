package org.dmafence.cli;

import java.nio.file.Path;
import java.util.List;
import org.dmafence.sched.SchedulerTraceText.Dialect;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the events of the schedulers of a run go. */
final class TraceOptions {
    @Option(
            names = "--trace-out",
            paramLabel = "FILE",
            description =
                    "Write the scheduler's events of the run there, as ftrace text that compare reads in turn. For one"
                            + " shim, one policy, and one workload or trace.")
    @Nullable Path file;

    @Option(
            names = "--trace-dialect",
            paramLabel = "6.12|7.2",
            defaultValue = "7.2",
            converter = DialectConverter.class,
            description = "The kernel that would print so; default: ${DEFAULT-VALUE}.")
    Dialect dialect = Dialect.SINCE_6_17;

    /** Takes a kernel of either dialect. */
    static final class DialectConverter implements ITypeConverter<Dialect> {
        @Override
        public Dialect convert(String value) {
            return switch (value) {
                case "7.2" -> Dialect.SINCE_6_17;
                case "6.12" -> Dialect.BEFORE_6_17;
                default -> throw new TypeConversionException("\"" + value + "\"; use 6.12 or 7.2");
            };
        }
    }

    /**
     * The file, if there is to be one.
     *
     * @param inputs how many traces or workloads there are
     * @throws BadInputException if there is more than one run to write, or the file can't be written
     */
    @Nullable TraceFile open(List<Shim> shims, PolicyOption policy, int inputs) throws BadInputException {
        Path path = file;
        if (path == null) {
            return null;
        }
        int runs = shims.size() * policy.policies().size() * inputs;
        if (runs != 1) {
            throw new BadInputException("--trace-out " + path + " is for one run, not for " + runs
                    + "; name one shim, one policy, and one workload or trace");
        }
        return TraceFile.create(path, dialect);
    }
}
