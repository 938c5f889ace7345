package org.dmafence.inspect;

import java.util.List;
import java.util.Map;

/**
 * What a capture holds.
 *
 * @param format as it was recognised
 * @param packing what it is packed in, such as {@code zip}; empty if in nothing
 * @param clock that its times are of; empty if it does not tell
 * @param generation the kernel's version if the capture tells it, and whose words its events are
 * @param events how often each event is in it, of those that are understood
 * @param skipped the others
 * @param firstNs the capture's clock at its first event
 * @param allCpusSinceNs since when every CPU recorded
 * @param wholeSinceNs since when, besides, no event was lost
 * @param lost how many events the kernel says that it lost, at least
 * @param devices as far as the events name them
 * @param rings the first few there are, whatever is selected
 * @param clients the first few, threads that wait among them
 * @param lacks what it can't answer
 */
public record CaptureFacts(
        String file,
        String format,
        String packing,
        String clock,
        String generation,
        Map<String, Long> events,
        Map<String, Long> skipped,
        long firstNs,
        long lastNs,
        long spanNs,
        long allCpusSinceNs,
        long wholeSinceNs,
        long lost,
        List<String> devices,
        List<String> rings,
        List<String> clients,
        List<Lack> lacks) {}
