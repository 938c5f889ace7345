/**
 * What {@code dmafence bench} measures: fences, RCU, unloading and the pipeline, each beside what others need for the
 * same, in one run, so that ratios can be read. Absolute numbers are of the machine.
 *
 * <p>Start with {@link org.dmafence.bench.Bench}. It chooses {@code Rows}, the lines of the table with their bars. Each
 * row is measured by a {@code Group} of contenders, in a process of its own ({@code Fork} starts {@code BenchProcess}):
 * code is compiled for what it does there and for nothing else. In that process {@code Rounds} gives each contender a
 * short window in turn. What a window does is an {@code Operation}, written once;
 * {@link org.dmafence.bench.BenchOperation} hands them to JMH, {@code java -jar perf/jmh/target/bench.jar}. The peers
 * written in C are {@code peers.c}, built by {@code NativePrograms} when they are needed.
 *
 * <p>One thread runs the rounds. Operations run on {@code OperationThread}s, because what RCU costs depends on the
 * thread's class.
 */
@NullMarked
package org.dmafence.bench;

import org.jspecify.annotations.NullMarked;
