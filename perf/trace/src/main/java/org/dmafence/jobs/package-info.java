/**
 * What became of the jobs of a capture, and where their time went: from submission to run, from run to end, and how
 * long the hardware itself was at it. Lives of jobs go by one at a time; only those in flight are kept.
 *
 * <p>A job that does not end is not taken for hung: captures begin and end in the middle of work, and not all CPUs'
 * buffers begin together. {@link org.dmafence.jobs.JobLife.Fate} says what can be said.
 *
 * <p>Start from {@link org.dmafence.jobs.JobLives}.
 */
@NullMarked
package org.dmafence.jobs;

import org.jspecify.annotations.NullMarked;
