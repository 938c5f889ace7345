/**
 * The bench's operations and grace periods under JMH: {@code java -jar perf/jmh/target/bench.jar}. Start with
 * {@link org.dmafence.jmh.OperationBenchmark}.
 */
@NullMarked
package org.dmafence.jmh;

import org.jspecify.annotations.NullMarked;
