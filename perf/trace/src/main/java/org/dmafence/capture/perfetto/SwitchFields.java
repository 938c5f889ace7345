package org.dmafence.capture.perfetto;

import org.dmafence.capture.Fields;

/** A {@code sched_switch} or {@code sched_waking} of the compact form, in which each field of all events is a list. */
final class SwitchFields implements Fields {
    boolean waking;
    long prevPid;
    long prevState;
    long pid;
    String comm = "";

    @Override
    public boolean has(String name) {
        return waking
                ? name.equals("pid") || name.equals("comm")
                : name.equals("prev_pid") || name.equals("prev_state") || name.startsWith("next_");
    }

    @Override
    public long number(String name) {
        return switch (name) {
            case "pid", "next_pid" -> pid;
            case "prev_pid" -> prevPid;
            case "prev_state" -> prevState;
            default -> 0;
        };
    }

    @Override
    public String text(String name) {
        return switch (name) {
            case "comm", "next_comm" -> comm;
            case "prev_state" -> Long.toString(prevState);
            default -> "";
        };
    }
}
