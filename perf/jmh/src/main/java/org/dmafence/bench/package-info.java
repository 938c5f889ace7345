/**
 * JMH benchmarks of the fence core, each beside the peers it is compared with, so that one run gives ratios. Absolute numbers
 * are of the machine. Run {@code java -jar perf/jmh/target/bench.jar}; {@code -h} lists JMH's options.
 *
 * <p>{@link org.dmafence.bench.ChainScale} is a program of its own: what a chain of a million points costs.
 *
 * <p>Start with {@link org.dmafence.bench.FenceBenchmark} and {@link org.dmafence.bench.RcuReadBenchmark}.
 */
@NullMarked
package org.dmafence.bench;

import org.jspecify.annotations.NullMarked;
