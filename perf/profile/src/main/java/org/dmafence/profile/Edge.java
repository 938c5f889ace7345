package org.dmafence.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A part of a job's way, or something else that takes time while jobs go theirs. */
public enum Edge {
    SEND_DELAY("send delay", "from when the job was meant to be sent until the sender gets to it"),
    SUBMIT_QUEUE("submit to queue", "from there until its entity has taken it"),
    QUEUE_RUN("queue to run", "from there until the engine hands it to the hardware"),
    RUN_SIGNAL("run to signal", "from there until the hardware fence signals"),
    SIGNAL_CALLBACK("signal to callback", "from the fence's timestamp until the client's callback runs"),
    SIGNAL_WAKE("signal to wake", "from the fence's timestamp until a thread that slept for the job goes on"),
    WHOLE("whole", "from when the job was meant to be sent until the callback runs"),
    FAILED("failed", "from when the job was meant to be sent until it ended with an error; in no other row"),
    GRACE_PERIOD("RCU grace period", "one synchronize() of the runtime's domain, ten a second");

    private final String label;
    private final String meaning;

    Edge(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** As people read it. */
    public String label() {
        return label;
    }

    /** What it begins and ends with. */
    public String meaning() {
        return meaning;
    }

    /** As files and JSON spell it, such as {@code queue-run}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those that a client's jobs have. */
    static List<Edge> ofClients() {
        return Arrays.stream(values()).filter(edge -> edge != GRACE_PERIOD).toList();
    }

    /** Those that a table of a shim shows; that of failed jobs only if there are some. */
    static List<Edge> shown(ProfileReport.Shim shim) {
        return Arrays.stream(values())
                .filter(edge -> edge != FAILED || shim.edge(edge).count() > 0)
                .toList();
    }

    /** Those that the whole consists of, in order. */
    static List<Edge> parts() {
        return List.of(SEND_DELAY, SUBMIT_QUEUE, QUEUE_RUN, RUN_SIGNAL, SIGNAL_CALLBACK);
    }
}
