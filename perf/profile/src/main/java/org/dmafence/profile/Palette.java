package org.dmafence.profile;

import java.awt.Color;
import java.util.Locale;

/** Colours that most people can tell apart, on a screen and on paper. */
final class Palette {
    private static final Color[] SHIMS = {
        new Color(0x2563eb),
        new Color(0xd9480f),
        new Color(0x0f8a6d),
        new Color(0x9333ea),
        new Color(0xb7860b),
        new Color(0x475569)
    };

    private Palette() {}

    /** A shim's, by its place in the report. */
    static Color shim(int place) {
        return SHIMS[place % SHIMS.length];
    }

    /** An edge's. */
    static Color edge(Edge edge) {
        return switch (edge) {
            case SEND_DELAY -> new Color(0x94a3b8);
            case SUBMIT_QUEUE -> new Color(0x9333ea);
            case QUEUE_RUN -> new Color(0x2563eb);
            case RUN_SIGNAL -> new Color(0x0f8a6d);
            case SIGNAL_CALLBACK -> new Color(0xe8890c);
            case SIGNAL_WAKE -> new Color(0xdb2777);
            case WHOLE -> new Color(0x111827);
            case FAILED -> new Color(0xb91c1c);
            case GRACE_PERIOD -> new Color(0x7c5c3b);
        };
    }

    /** As style sheets spell it. */
    static String css(Color colour) {
        return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
    }
}
