package org.dmafence.cli;

import picocli.CommandLine.Option;

/** Where chance comes from, the same for every command: a run can be repeated unless another seed is asked for. */
final class SeedOption {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What is left to chance is drawn with it; default: ${DEFAULT-VALUE}.")
    long seed = 1;
}
