package org.dmafence.conform;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One scenario.
 *
 * @param id {@code kind/name}
 * @param random whether a generator wrote it; the kernel then kept only some tracepoints
 * @param ops in order
 * @param notIn why this kernel could not run it, {@code null} if it did
 * @param configDependent the ops whose results depend on the kernel's debug options
 * @param timingSensitive whether the order of events is a tie that microseconds decided
 * @param broken why it can't be run as it stands in the file, {@code null} if it can; it has no ops then
 */
record OracleCase(
        String id,
        boolean random,
        List<OracleOp> ops,
        @Nullable String notIn,
        Set<Integer> configDependent,
        boolean timingSensitive,
        @Nullable String broken) {
    /** One that can't be read. */
    static OracleCase broken(String id, String why) {
        return new OracleCase(id, false, List.of(), null, Set.of(), false, why);
    }

    /** Whether anything of it can be run and compared. */
    boolean isComparable() {
        return notIn == null && broken == null;
    }
}
