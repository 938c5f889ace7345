package org.dmafence.fuzz;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How much to do.
 *
 * @param seed of all chance
 * @param inputs of all readers together
 * @param only the number of the one input to look at, {@code null} for all
 * @param keep where inputs of findings go, {@code null} for nowhere
 * @param everyProcess each so many-th input is also read by a process of its own, 0 for none
 */
public record FuzzPlan(
        long seed,
        long inputs,
        @Nullable Long only,
        @Nullable Path keep,
        int everyProcess) {}
