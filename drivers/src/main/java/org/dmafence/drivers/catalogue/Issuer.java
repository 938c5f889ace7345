package org.dmafence.drivers.catalogue;

import java.util.List;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingSpec;
import org.jspecify.annotations.Nullable;

/**
 * One table of fence ops of the kernel.
 *
 * @param slug its name here, also that of its driver
 * @param title what it is in the kernel
 * @param names what its name ops answer
 * @param table its ops and where its lock is
 * @param lockHome what an external lock lies in; empty for others
 * @param afterSignal what a signalled fence depends on
 * @param numbering how its fences are numbered
 * @param quirk what it does unlike others; empty for nothing
 */
public record Issuer(
        String slug,
        String title,
        Names names,
        IssuerTable table,
        String lockHome,
        AfterSignal afterSignal,
        Numbering numbering,
        String quirk) {

    /** What a signalled fence depends on. */
    public enum AfterSignal {
        /** Nothing: detached, and no lock of the issuer's. */
        NOTHING(true),
        /** The issuer's lock; the ops are gone. */
        LOCK(true),
        /** The issuer's ops. */
        ISSUER(false),
        /** Ops that are the core's own; it never unloads. */
        CORE(false);

        private final boolean detaches;

        AfterSignal(boolean detaches) {
            this.detaches = detaches;
        }

        /** Whether the ops are gone. */
        public boolean detaches() {
            return detaches;
        }

        /** Whether the issuer may go after a grace period. */
        public boolean independent() {
            return this == NOTHING;
        }
    }

    /** How fences are numbered. */
    public enum Numbering {
        /** One context for the ring, 32-bit numbers. */
        RING,
        /** One context for the ring, 64-bit numbers. */
        RING64,
        /** A context for each fence. */
        OWN,
        /** Not at all: context 0, number 0. */
        NONE
    }

    /**
     * The names of a ring's fences; {@code {device}} and {@code {ring}} stand for those of the ring.
     *
     * @param driver the driver's name
     * @param timeline the timeline's
     * @param rings the rings that it has a timeline name for; none for all
     * @param otherwise the timeline's name on other rings, and where the first would be empty
     */
    public record Names(
            String driver,
            String timeline,
            List<String> rings,
            @Nullable String otherwise) {
        /** The driver's name on a ring. */
        public String driver(RingSpec ring) {
            return fill(driver, ring);
        }

        /** The timeline's name on a ring; {@code null} where the driver has none. */
        public @Nullable String timeline(RingSpec ring) {
            String name = knows(ring) ? fill(timeline, ring) : "";
            return name.isEmpty() ? otherwise : name;
        }

        /** Whether a ring is one that the driver has. */
        public boolean knows(RingSpec ring) {
            return rings.isEmpty() || rings.contains(ring.name());
        }

        private static String fill(String template, RingSpec ring) {
            return template.replace("{device}", ring.device()).replace("{ring}", ring.name());
        }
    }
}
