/**
 * The reservation object: the fences that stand for all pending use of one buffer, and the lock that orders who adds to
 * them.
 *
 * <p>Mirrors {@code dma-resv.c}, and {@code ww_mutex.h} with the locking half of {@code mutex.c}, of Linux 7.2. Start
 * with {@link org.dmafence.resv.ReservationObject}; {@link org.dmafence.resv.AcquireContext} shows how several are
 * locked at once.
 *
 * <h2>Who may do what</h2>
 *
 * <p>Looking needs no lock and never blocks: any thread may go through the fences with a {@link
 * org.dmafence.resv.ResvCursor}, which starts again when the list was replaced under it. Changing needs the object's
 * {@linkplain org.dmafence.resv.ReservationObject#mutex() lock}, held by the calling thread. Drivers are asked (polls,
 * release ops) with that lock held, as in the kernel; a callback that runs in there may look at the object but not
 * change it.
 *
 * <h2>Locks</h2>
 *
 * <p>A lock belongs to a {@link org.dmafence.resv.WwClass}, and a thread that takes several of a class does it in an
 * {@code AcquireContext}: being told to back off is an answer, {@link org.dmafence.resv.LockResult#DEADLOCK}, and never
 * an exception. Reservation objects use wait-die, whatever the kernel's documentation says. Threads sleep through the
 * runtime's {@link org.dmafence.fence.Parking}; the monitor inside a lock is held for a few steps only, and never by a
 * sleeper.
 *
 * <h2>Departures from the kernel</h2>
 *
 * <ul>
 *   <li>Errors are kept: see {@link org.dmafence.resv.ReservationObject}.
 *       {@link org.dmafence.fence.container.ErrorPolicy#KERNEL} is the kernel's way.
 *   <li>What is a BUG there, or undefined, is a {@link org.dmafence.resv.ResvUsageException} here, and changes nothing.
 *   <li>A lock that others wait for is handed to the first of them; nobody overtakes. The kernel lets running threads
 *       steal it.
 *   <li>{@code describe} needs no lock.
 *   <li>Unlocking never takes back reserved slots, as in a kernel without mutex debugging.
 * </ul>
 */
@NullMarked
package org.dmafence.resv;

import org.jspecify.annotations.NullMarked;
