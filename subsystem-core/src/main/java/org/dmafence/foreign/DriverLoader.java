package org.dmafence.foreign;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The class loader of a driver. By it a driver's code and objects are told from everybody else's. */
public abstract class DriverLoader extends ClassLoader {
    /** The core's packages: always the core's own, or a driver's fences would be nobody else's fences. */
    public static final Set<String> CORE_PACKAGES = Set.of(
            "org.dmafence.concurrent",
            "org.dmafence.driver",
            "org.dmafence.fence",
            "org.dmafence.fence.container",
            "org.dmafence.foreign",
            "org.dmafence.lockdep",
            "org.dmafence.module",
            "org.dmafence.rcu",
            "org.dmafence.resv",
            "org.dmafence.sched",
            "org.dmafence.sync",
            "org.dmafence.trace");

    static {
        registerAsParallelCapable();
    }

    /** Whether there ever was one: where no driver is loaded nobody pays for telling drivers apart. */
    private static volatile boolean any;

    /** Finds in the core's loader what it does not define itself. */
    protected DriverLoader(String name) {
        super(name, DriverLoader.class.getClassLoader());
        noteLoaded();
    }

    private static void noteLoaded() {
        any = true;
    }

    /** What answers for the fences that its code makes, {@code null} if it makes none. */
    public abstract @Nullable Object issuer();

    /** Whether a driver was ever loaded. */
    public static boolean anyLoaded() {
        return any;
    }

    /** The driver that an object belongs to by its class, {@code null} if none; a loader beneath a driver's counts. */
    public static @Nullable DriverLoader of(@Nullable ClassLoader loader) {
        for (ClassLoader at = loader; at != null; at = at.getParent()) {
            if (at instanceof DriverLoader driver) {
                return driver;
            }
        }
        return null;
    }
}
