/**
 * What {@code dmafence conform} found, as a record, and as a text for a person.
 *
 * <p>Start with {@link org.dmafence.conform.report.ConformReport}; the JSON is the record itself. Immutable, or used by
 * one thread.
 */
@NullMarked
package org.dmafence.conform.report;

import org.jspecify.annotations.NullMarked;
