/**
 * What {@code dmafence bench} prints and draws of its records.
 *
 * <p>Start with {@link org.dmafence.bench.report.BenchText}. The records themselves are
 * {@link org.dmafence.bench.BenchReport} and {@link org.dmafence.bench.ScalingReport}. One thread.
 */
@NullMarked
package org.dmafence.bench.report;

import org.jspecify.annotations.NullMarked;
