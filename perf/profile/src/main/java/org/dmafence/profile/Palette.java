package org.dmafence.profile;

import org.dmafence.report.page.Hue;

/** Which edge has which colour. */
final class Palette {
    private Palette() {}

    /** An edge's. */
    static Hue edge(Edge edge) {
        return switch (edge) {
            case SEND_DELAY -> Hue.GREY;
            case SUBMIT_QUEUE -> Hue.PURPLE;
            case QUEUE_RUN -> Hue.BLUE;
            case RUN_SIGNAL -> Hue.GREEN;
            case SIGNAL_CALLBACK -> Hue.AMBER;
            case SIGNAL_WAKE -> Hue.PINK;
            case WHOLE -> Hue.INK;
            case FAILED -> Hue.RED;
            case GRACE_PERIOD -> Hue.BROWN;
        };
    }
}
