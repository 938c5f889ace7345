package org.dmafence.cli;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** When text is coloured. */
enum Colours {
    /** On a terminal, unless {@code NO_COLOR} is set or the terminal is a dumb one. */
    AUTO,
    ALWAYS,
    NEVER;

    private static final String OPTION = "--color";

    /**
     * What a command line asks for. Looked for before it is parsed, as messages about mistakes in it are coloured too.
     */
    static Colours of(String... arguments) {
        Colours found = AUTO;
        for (int i = 0; i < arguments.length; i++) {
            String value = arguments[i].startsWith(OPTION + "=")
                    ? arguments[i].substring(OPTION.length() + 1)
                    : arguments[i].equals(OPTION) && i + 1 < arguments.length ? arguments[i + 1] : "";
            for (Colours one : values()) {
                found = one.toString().equalsIgnoreCase(value) ? one : found;
            }
        }
        return found;
    }

    /** As picocli has it. */
    Ansi ansi(Map<String, String> environment) {
        return switch (this) {
            case ALWAYS -> Ansi.ON;
            case NEVER -> Ansi.OFF;
            case AUTO -> automatic(environment);
        };
    }

    /** The launcher knows whether standard output is a terminal; the JVM only whether standard input is one as well. */
    private static Ansi automatic(Map<String, String> environment) {
        String terminal = System.getProperty("dmafence.terminal");
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(environment.get("TERM"))) {
            return Ansi.OFF;
        }
        return terminal == null ? Ansi.AUTO : Boolean.parseBoolean(terminal) ? Ansi.ON : Ansi.OFF;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
