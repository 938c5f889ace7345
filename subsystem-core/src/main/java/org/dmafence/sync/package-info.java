/**
 * Fences as objects that can be handed out: a file around a fence, timelines that software moves, buffers that carry
 * fences, and slots that a fence can be put into later.
 *
 * <p>Mirrors {@code drivers/dma-buf/sync_file.c}, {@code sw_sync.c} and {@code sync_debug.c}, the sync-file ioctls of
 * {@code dma-buf.c}, and {@code drivers/gpu/drm/drm_syncobj.c}, as objects with methods; the numbers of the user-space
 * interface are in {@code org.dmafence.uapi}.
 *
 * <p>Start with {@link org.dmafence.sync.SyncFile}, which waits for, merges and describes the fences of anybody, and
 * {@link org.dmafence.sync.SyncTimeline}, the simplest thing that makes fences: a counter whose values they wait for.
 * {@link org.dmafence.sync.SyncObj} is the container that drivers and graphics APIs use, {@link
 * org.dmafence.sync.DmaBuf} a shared buffer with its pending use. {@link org.dmafence.sync.TimelinePublisher} makes a
 * stream of any timeline's points.
 *
 * <p>Every method may be called from any thread unless its description says otherwise. Signalling happens on the thread
 * that moves a timeline, callbacks included; there is no thread of our own in here. What merges fences takes an
 * {@link org.dmafence.fence.container.ErrorPolicy} and keeps the first error unless told to forget it as the kernel
 * does.
 */
@NullMarked
package org.dmafence.sync;

import org.jspecify.annotations.NullMarked;
