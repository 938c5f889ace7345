package org.dmafence.ftrace;

/**
 * A hardware queue: the kernel's {@code dev} and {@code ring}.
 *
 * @param device the device; empty before Linux 6.17, whose events do not name it; the fence's driver in a trace without
 *     scheduler events
 * @param name the ring, which is the scheduler's name
 */
public record RingId(String device, String name) {
    @Override
    public String toString() {
        return device.isEmpty() ? name : device + "/" + name;
    }
}
