/**
 * Reads Perfetto's traces: the events of the kernel in its protobuf. Bundles of events come per CPU and are not in the
 * order of their times, so a first pass finds where they lie, and a second merges the CPUs' bundles; one bundle of each
 * CPU is in memory at a time. Packets that are compressed are unpacked before.
 *
 * <p>Only the few messages that matter are known, by their numbers in Perfetto's {@code .proto} files; all others are
 * skipped.
 *
 * <p>Start from {@link org.dmafence.capture.perfetto.PerfettoReader}.
 */
@NullMarked
package org.dmafence.capture.perfetto;

import org.jspecify.annotations.NullMarked;
