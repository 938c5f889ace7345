package org.dmafence.inspect;

import java.util.List;
import java.util.Map;

/**
 * What a capture holds.
 *
 * @param format as it was recognised
 * @param generation whose words its events are
 * @param events how often each event is in it, of those that are understood
 * @param skipped the others
 * @param firstNs the capture's clock at its first event
 * @param allCpusSinceNs since when every CPU recorded
 * @param lost how often the kernel says that it lost events
 * @param devices as far as the events name them
 * @param lacks what it can't answer
 */
public record CaptureFacts(
        String file,
        String format,
        String generation,
        Map<String, Long> events,
        Map<String, Long> skipped,
        long firstNs,
        long lastNs,
        long spanNs,
        long allCpusSinceNs,
        long lost,
        List<String> devices,
        List<Lack> lacks) {}
