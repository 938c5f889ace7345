/**
 * Fences made of fences: an array signals when all of its fences have, a chain is a timeline of points, each signalled
 * when its own fence and all earlier points have; unwrapping looks into both, merging makes one fence of many.
 *
 * <p>Mirrors {@code dma-fence-array.c}, {@code dma-fence-chain.c} and {@code dma-fence-unwrap.c} of Linux 7.2. Start
 * with {@link org.dmafence.fence.container.FenceArray}.
 *
 * <p>Every method may be called from any thread, signallers' included, and none blocks. A container is a
 * {@link org.dmafence.fence.DmaFence} whose ops have {@code release}: it is never detached, and its ops are the core's,
 * so it ties nobody to a driver beyond what its fences do.
 *
 * <h2>Where a container signals</h2>
 *
 * <p>In the kernel the callback of a fence in a container runs under that fence's lock, so the container's own
 * signalling is put off to {@code irq_work}. Here callbacks run under no lock, but a callback that signals inline would
 * nest (a million links, a million frames) and would run the container's callbacks before the remaining ones of the
 * fence. So it is put off as well: {@link org.dmafence.fence.FenceCallback#defer} runs it on the same thread, after the
 * callbacks that are running, outside any enable op and when the thread holds no {@link org.dmafence.fence.FenceLock}
 * any more, the last deferred first, which is the kernel's order too. If a callback or an enable op on that thread
 * hangs, the container that waits for it is found complete by polling only.
 *
 * <h2>Errors</h2>
 *
 * <p>A container ends with the first error of its fences, and {@link org.dmafence.fence.container.FenceCauses} tells
 * which failed, also of those that the container no longer holds. {@link org.dmafence.fence.container.ErrorPolicy}
 * names the kernel's lossy way.
 *
 * <h2>Containers in containers</h2>
 *
 * <p>An array of arrays is reported and works. Up to eight levels deep a container asks those inside it, in the
 * kernel's order; deeper ones are asked one after the other, each once, so that neither the stack nor time is
 * exhausted. The length of a chain does not count as depth.
 *
 * <h2>Departures from the kernel</h2>
 *
 * <ul>
 *   <li>Errors are kept, as said; the error of an array reads 0, not 1, until one of its fences failed.
 *   <li>An array of no fences is refused, not warned of.
 *   <li>{@code dma_fence_dedup_array()} has no counterpart: merging does it inside, and works on lists, so nobody else
 *       needs it.
 * </ul>
 */
@NullMarked
package org.dmafence.fence.container;

import org.jspecify.annotations.NullMarked;
