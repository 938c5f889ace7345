package org.dmafence.module;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A driver could not be found, loaded or started. The message names the jar, the reason and the remedy. */
public final class ModuleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String jar;
    private final String reason;

    ModuleException(Path jar, String reason, String remedy) {
        this(jar, reason, remedy, null);
    }

    /** The cause must not be of a driver's making: see {@link DriverFailure}. */
    ModuleException(Path jar, String reason, String remedy, @Nullable Throwable cause) {
        super(jar + ": " + reason + "; " + remedy, cause);
        this.jar = jar.toString();
        this.reason = reason;
    }

    /** The jar that was asked for. */
    public String jar() {
        return jar;
    }

    /** What is wrong, without the jar and the remedy. */
    public String reason() {
        return reason;
    }
}
