package org.dmafence.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has Linux wake the calling thread when it is to be woken, and not up to 50 us later to save power, which is what it
 * does for threads that don't ask. Otherwise half of what a sender measures would be its own bed.
 */
final class TimerSlack {
    private static final Path SELF = Path.of("/proc/thread-self");

    private TimerSlack() {}

    /** Whether it was done; elsewhere than on Linux it is not. */
    static boolean tighten() {
        try {
            Path task = Files.readSymbolicLink(SELF).getFileName(); // pid/task/tid
            Files.writeString(Path.of("/proc", task.toString(), "timerslack_ns"), "1");
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
