/**
 * What the commands found, as records, and the two ways of printing them.
 *
 * <p>Start from {@link org.dmafence.report.CompareReport} and {@link org.dmafence.report.UnloadReport}. The JSON is the records
 * themselves ({@link org.dmafence.report.Json}): components in their order, {@code null} where there is nothing to tell, times
 * in nanoseconds with {@code Ns} in the name. Adding a component is compatible, renaming or removing one is not. The text is
 * made for a person in front of 100 columns ({@link org.dmafence.report.CompareText}, {@link org.dmafence.report.UnloadText});
 * it is plain ASCII, and no promise.
 *
 * <p>Everything here is immutable or used by one thread.
 */
@NullMarked
package org.dmafence.report;

import org.jspecify.annotations.NullMarked;
