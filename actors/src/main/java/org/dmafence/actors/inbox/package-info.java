/**
 * How items get into an agent of the subsystem: a bounded queue with a doorbell, and how one knows that all queues are
 * worked off.
 *
 * <p>Start with {@link org.dmafence.actors.inbox.Inbox}. Not for embedders: it is public for
 * {@link org.dmafence.actors} and for the benchmark of these two classes alone.
 *
 * <p>Any thread offers; the agent alone drains.
 */
@NullMarked
package org.dmafence.actors.inbox;

import org.jspecify.annotations.NullMarked;
