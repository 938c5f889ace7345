/**
 * The i915 driver's fences: the one driver whose request fences implement every op the kernel knows, and therefore pin
 * their module.
 *
 * <p>Mirrors {@code drivers/gpu/drm/i915/i915_request.c}, {@code gt/intel_breadcrumbs.c}, {@code i915_sw_fence.c} and
 * {@code gt/intel_gt_requests.c} of Linux 7.2. Start with {@link org.dmafence.i915.I915Request}, the payload of a
 * request fence, then {@link org.dmafence.i915.Breadcrumbs}, which signals it, and {@link org.dmafence.i915.I915Ring},
 * which ties both to the simulated hardware. {@link org.dmafence.i915.SwFence} is the other direction: i915 waiting for
 * fences of others.
 *
 * <h2>Where a request is signalled</h2>
 *
 * <table>
 *   <caption>Four ways, whichever comes first</caption>
 *   <tr><th>by</th><th>when</th><th>how</th></tr>
 *   <tr><td>breadcrumbs</td><td>signalling was enabled and the interrupt came</td><td>past the core: bit first, the rest later</td></tr>
 *   <tr><td>a poller or a spinning waiter</td><td>it finds the sequence number written</td><td>as the core does</td></tr>
 *   <tr><td>retirement</td><td>at the next submission, when the ring idles, or a second later</td><td>as the core does</td></tr>
 *   <tr><td>the kill of the ring, the watchdog</td><td>-</td><td>error first, then as if the hardware were done</td></tr>
 * </table>
 *
 * <h2>Threads</h2>
 *
 * <p>The ring's engine submits, retires and runs the timers; anybody enables, polls, waits and releases; kill comes
 * from anywhere. No lock of this package is held while a fence signals. Lock order: the simulated ring's, the request
 * list's; the breadcrumbs' lock is a leaf.
 */
@NullMarked
package org.dmafence.i915;

import org.jspecify.annotations.NullMarked;
