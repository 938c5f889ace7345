/**
 * Timelines that software moves: a fence is a point on one, and signals when the timeline's value reaches it. Mirrors
 * {@code drivers/dma-buf/sw_sync.c}.
 *
 * <p>The timelines are the core's, {@link org.dmafence.sync.SyncTimeline}; a driver that is unloaded has to bring the
 * class of its fences' ops itself, or nothing would tie them to it. The fences share the timeline's lock and have a
 * {@code release} op, so they never detach: such a fence holds on to its issuer in every way there is.
 *
 * <p>Start with {@link org.dmafence.drivers.swsync.SwSyncDriver}; it makes timelines, and rings whose sequence number
 * is the value of one. Any thread may call everything.
 */
@NullMarked
package org.dmafence.drivers.swsync;

import org.jspecify.annotations.NullMarked;
