package org.dmafence.driver;

/**
 * A hardware ring to open.
 *
 * @param device the device it is on, such as {@code 0000:04:00.0}
 * @param name the ring's name, such as {@code gfx}
 * @param issuer the name of the ops table its fences have; see {@link DriverModule#issuers()}
 * @param slots how many jobs the hardware takes at a time, a power of two
 */
public record RingSpec(String device, String name, String issuer, int slots) {
    public RingSpec {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("ring " + name + " with " + slots + " slots; use a power of two");
        }
    }
}
