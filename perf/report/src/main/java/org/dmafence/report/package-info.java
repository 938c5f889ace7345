/**
 * The tools that reports are made with, and nothing of any report: each command's records and texts are with what it
 * runs.
 *
 * <p>Start with {@link org.dmafence.report.Json}. A report's JSON is its records: components in their order,
 * {@code null} where there is nothing to tell, times in nanoseconds with {@code Ns} in the name. Adding a component is
 * compatible, renaming or removing one is not. {@link org.dmafence.report.Reading} reads it back. A text is made of
 * {@link org.dmafence.report.TextTable} and {@link org.dmafence.report.Units} for a person in front of 100 columns; it
 * is plain ASCII, and no promise. {@link org.dmafence.report.WholeFile} writes either whole or not at all.
 *
 * <p>Everything here is immutable or used by one thread.
 */
@NullMarked
package org.dmafence.report;

import org.jspecify.annotations.NullMarked;
