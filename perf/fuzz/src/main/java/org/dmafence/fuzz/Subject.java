package org.dmafence.fuzz;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * A reader of what users give.
 *
 * @param name what it is called on the command line
 * @param what who reads what, in a few words
 * @param fileName what an input's file is called
 * @param share how many of a hundred inputs are its own
 * @param seeds good inputs
 * @param mutator makes hostile ones of them
 * @param limits what it may take
 * @param entry reads one
 * @param command the arguments of the program that reads a file in a process of its own, empty for none
 */
public record Subject(
        String name,
        String what,
        String fileName,
        int share,
        List<byte[]> seeds,
        Mutator mutator,
        Limits limits,
        Entry entry,
        Command command) {

    /** Reads a file as a command does, and answers the exit code. */
    @FunctionalInterface
    public interface Entry {
        /**
         * Reads one.
         *
         * @throws Exception what the command would not have made an exit code of: a finding
         */
        int read(Path file, PrintWriter out, PrintWriter err) throws Exception;
    }

    /** How a user would have the program read a file. */
    @FunctionalInterface
    public interface Command {
        List<String> arguments(Path file);
    }

    /**
     * What a reader may take for one input.
     *
     * @param bytes allocated by its thread
     * @param seconds until it counts as hung
     * @param leastAccepted how many of a thousand inputs have to be read to their end; a reader that refuses all is not
     *     tested
     * @param namesFile whether an error has to name the file
     */
    public record Limits(long bytes, int seconds, int leastAccepted, boolean namesFile) {}

    public Subject {
        seeds = List.copyOf(seeds);
    }
}
