/**
 * What {@code dmafence compare} found, as records, and as texts for a person.
 *
 * <p>Start with {@link org.dmafence.compare.CompareReport}, of a trace, and
 * {@link org.dmafence.compare.WorkloadReport}, of a workload; {@link org.dmafence.compare.ShimReport} is one driver's
 * column. The JSON is the records themselves. Immutable, or used by one thread.
 */
@NullMarked
package org.dmafence.compare;

import org.jspecify.annotations.NullMarked;
