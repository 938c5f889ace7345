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
 */
record OracleCase(
        String id,
        boolean random,
        List<OracleOp> ops,
        @Nullable String notIn,
        Set<Integer> configDependent,
        boolean timingSensitive) {}
