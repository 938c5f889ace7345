/**
 * Lockdep for fences: reports a deadlock that could happen, before it does.
 *
 * <p>Mirrors {@code kernel/locking/lockdep.c} and the signalling annotations of {@code drivers/dma-buf/dma-fence.c} of
 * Linux 7.2. Start with {@link org.dmafence.lockdep.LockClass}: locks of one kind are one class, and the checker learns
 * in what order classes are acquired. An order that closes a circle is reported at once, though nobody waits yet, with
 * the stacks of both ends of every link. What is not a lock takes part as one:
 *
 * <ul>
 *   <li>a {@linkplain org.dmafence.lockdep.SignalingSections signalling section}, which every wait for a fence depends
 *       on;
 *   <li>{@linkplain org.dmafence.lockdep.Reclaim allocation} that may wait for memory to be given back;
 *   <li>the fences of a {@linkplain org.dmafence.lockdep.FenceClass timeline}: a thread that waits for one depends on
 *       whatever its signaller has to acquire first, on another thread or in another actor.
 * </ul>
 *
 * <p>Rules without a graph are checked as well: nothing blocks inside an RCU read section or under a spin lock, nothing
 * is still held when an actor's {@linkplain org.dmafence.lockdep.Turn message} or a thread ends, and what RCU protects
 * is read in a section.
 *
 * <p><b>Off</b> unless the JVM is started with {@code -Ddmafence.lockdep=true}: a constant that the compilers remove
 * the hooks by. On, {@link org.dmafence.lockdep.LockdepReporter} says where reports go, and {@link
 * org.dmafence.lockdep.LockdepTrial} runs code that is meant to be reported.
 *
 * <p><b>Threads.</b> Any thread may call anything here. What is held belongs to the thread, or to the turn that it is
 * in; the graph is shared, looked at without a lock and changed under one. Nothing of a driver is kept: names and stack
 * traces are strings.
 */
@NullMarked
package org.dmafence.lockdep;

import org.jspecify.annotations.NullMarked;
