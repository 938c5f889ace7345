/**
 * Makes hostile inputs, gives them to what reads files of users, and says what none of those may do.
 *
 * <p>A {@link org.dmafence.fuzz.Subject} is a reader with the inputs to begin with and the
 * {@link org.dmafence.fuzz.Mutator} that knows their structure. {@link org.dmafence.fuzz.FuzzRun} gives it one input
 * after the other and judges each by {@link org.dmafence.fuzz.Rules}. An input is a function of seed, reader and
 * number, so a finding is found again by these three.
 *
 * <p>Threads: a reader works on a worker thread; whoever called {@code FuzzRun} watches it and replaces it when a
 * reader hangs.
 *
 * <p>Start with {@link org.dmafence.fuzz.FuzzRun}.
 */
@NullMarked
package org.dmafence.fuzz;

import org.jspecify.annotations.NullMarked;
