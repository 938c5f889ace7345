package org.dmafence.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A driver between {@code insmod} and {@code rmmod}. Its methods are called by the subsystem, one at a time per module;
 * what they throw fails the load, the ring or the unload step, and nothing else.
 */
public interface DriverModule {
    /** Who the driver is. */
    DriverInfo info();

    /** Every ops table the driver issues fences with; the first is that of its ordinary jobs. */
    List<IssuerTable> issuers();

    /** Starts up. Kernel counterpart: {@code module_init}. */
    void init(DriverContext context);

    /**
     * Opens a hardware ring whose fences have the ops table that the spec names.
     *
     * @throws IllegalArgumentException if the driver has no such table
     */
    HardwareRing openRing(RingSpec spec);

    /**
     * What of the driver's nobody can stop or free now, such as work that a device still does though its fences have
     * ended. Unloading waits for it, and is refused if it goes on. If it is forced all the same, {@link #exit} has to
     * leave behind what is in use; a driver can't free memory that a device writes to.
     *
     * @return the thing in words, {@code null} if there is none
     */
    default @Nullable String busy() {
        return null;
    }

    /**
     * Stops whatever runs, and signals or releases every fence the driver still knows. The module makes no new fences
     * by then. Kernel counterpart: {@code module_exit}.
     */
    void exit();
}
