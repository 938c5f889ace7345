package org.dmafence.capture;

/**
 * What a capture tells of the machine it was recorded on.
 *
 * @param clock that its times are of, by the kernel's name for it, such as {@code mono}; empty if it does not tell
 * @param kernel as {@code uname} prints it; empty if it does not tell
 */
public record CaptureOrigin(String clock, String kernel) {
    /** Nothing is told. */
    public static final CaptureOrigin UNKNOWN = new CaptureOrigin("", "");
}
