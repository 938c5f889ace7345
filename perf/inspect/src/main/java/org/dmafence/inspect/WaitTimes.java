package org.dmafence.inspect;

import org.dmafence.report.Percentiles;

/**
 * All waits together.
 *
 * @param unended begun and not over at the capture's end
 * @param startToEndNs of those that ended
 * @param signalToEndNs from the signal to the wait's end, where a thread waited for it
 */
public record WaitTimes(long started, long unended, Percentiles startToEndNs, Percentiles signalToEndNs) {}
