/**
 * Replays what a real kernel was asked, and compares what it answered with what we answer: {@code dmafence conform}.
 * The scenarios are JSON files, one per kind of object; they hold ops, return values and the order of events. They are
 * run on the real classes, on a {@link org.dmafence.testkit.VirtualCpu} with the kernel's 1 ms ticks, because the
 * kernel ran them on one CPU.
 *
 * <ul>
 *   <li>{@code Oracle…} reads the files, {@code Args} an op's arguments.
 *   <li>{@code World} holds a scenario's named objects, {@code OpTable} says how each op is carried out; there is a class of ops,
 *       {@code …Ops}, for each family. A family that is missing here is added by writing such a class and naming it in
 *       {@code OpTable}.
 *   <li>{@code CaseRunner} carries out one case, {@code Comparison} compares, {@code Deviations} is the one list of the
 *       differences that we want, keyed by cause. A {@code Conformance} is all of it for some files.
 * </ul>
 *
 * <p>Start with {@code Conformance}. Everything runs on the thread that drives the virtual CPU, but for the ops that a
 * scenario asks to be run by a thread of their own.
 */
@NullMarked
package org.dmafence.conform;

import org.jspecify.annotations.NullMarked;
