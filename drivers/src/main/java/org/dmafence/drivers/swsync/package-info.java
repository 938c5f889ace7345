/**
 * Timelines that software moves: a fence is a point on one, and signals when the timeline's value reaches it. Mirrors
 * {@code drivers/dma-buf/sw_sync.c}.
 *
 * <p>Values are 32-bit and wrap. The fences share the timeline's lock, so that they signal in order and their callbacks run
 * under it; they have a {@code release} op, so they never detach: such a fence holds on to its issuer in every way there is.
 *
 * <p>Start with {@link org.dmafence.drivers.swsync.SwSyncTimeline}; {@link org.dmafence.drivers.swsync.SwSyncDriver} makes
 * timelines, and rings whose sequence number is the value of one. Any thread may call everything.
 */
@NullMarked
package org.dmafence.drivers.swsync;

import org.jspecify.annotations.NullMarked;
