package org.dmafence.trace;

/**
 * Which fence an event of the flight recorder is about, in plain values that keep nothing of a driver.
 *
 * @param driver the issuer's name as it was while the fence was alive, never the literal of a signalled one
 * @param timeline the timeline's name, likewise
 * @param context the whole 64-bit context
 * @param seqno the whole 64-bit sequence number
 * @param tag what its issuer adds
 */
public record FenceSubject(String driver, String timeline, long context, long seqno, FenceTag tag) {}
