package org.dmafence.inspect;

/**
 * Refreshes of a display that a job was in flight at: its picture, if it made one, was not ready for them.
 *
 * @param crtc the display
 * @param first the number of the first of them
 * @param count how many there were
 */
public record Refreshes(int crtc, long first, long count) {
    @Override
    public String toString() {
        String one = "refresh " + Long.toUnsignedString(first) + " of CRTC " + crtc;
        return count == 1 ? one : one + " and " + (count - 1) + " more";
    }
}
