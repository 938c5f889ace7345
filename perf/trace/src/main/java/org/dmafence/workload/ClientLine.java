package org.dmafence.workload;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.workload.Workload.Client;

/** The line of one client, or of several alike: its settings, each with what it is by default. */
final class ClientLine {
    private static final int MAX = 1_000_000_000;

    /** From one number to another, both included. */
    private record Range(int from, int to) {
        int draw(SplittableRandom random) {
            return from == to ? from : random.nextInt(from, to + 1);
        }
    }

    private final Function<String, WorkloadFormatException> bad;
    private final Map<String, Range> numbers = new LinkedHashMap<>();
    private SchedulerPriority priority = SchedulerPriority.NORMAL;

    ClientLine(String client, String[] settings, Function<String, WorkloadFormatException> bad)
            throws WorkloadFormatException {
        this.bad = bad;
        if (client.isEmpty() || client.contains("=")) {
            throw bad.apply("a client without a name; write: client NAME us=1000");
        }
        numbers.put("count", new Range(1, 1));
        numbers.put("jobs", new Range(1, 1));
        numbers.put("us", new Range(0, 0));
        numbers.put("spread", new Range(0, 0));
        numbers.put("wait", new Range(0, 0));
        numbers.put("depth", new Range(1, 1));
        numbers.put("hang-every", new Range(0, 0));
        for (String setting : settings) {
            set(setting);
        }
        check(client);
    }

    private void set(String setting) throws WorkloadFormatException {
        int equals = setting.indexOf('=');
        String key = equals < 0 ? setting : setting.substring(0, equals);
        String value = equals < 0 ? "" : setting.substring(equals + 1);
        if (key.equals("priority")) {
            priority = priority(value);
        } else if (numbers.containsKey(key)) {
            numbers.put(key, range(key, value));
        } else {
            throw bad.apply("\"" + setting + "\" is no setting of a client; use priority=, "
                    + String.join("=, ", numbers.keySet()) + "=");
        }
    }

    private SchedulerPriority priority(String value) throws WorkloadFormatException {
        try {
            return SchedulerPriority.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw bad.apply("priority \"" + value + "\"; use kernel, high, normal or low");
        }
    }

    private Range range(String key, String value) throws WorkloadFormatException {
        int dots = value.indexOf("..");
        try {
            int from = Integer.parseInt(dots < 0 ? value : value.substring(0, dots));
            int to = dots < 0 ? from : Integer.parseInt(value.substring(dots + 2));
            if (from >= 0 && from <= to && to <= MAX) {
                return new Range(from, to);
            }
        } catch (NumberFormatException e) {
            // The message below says all there is to say.
        }
        throw bad.apply(key + "=" + value + "; use a whole number, or two as in 200..4000");
    }

    private void check(String client) throws WorkloadFormatException {
        atLeastOne(client, "us", "how long a job takes");
        atLeastOne(client, "count", "how many such clients there are");
        atLeastOne(client, "jobs", "how many jobs a cycle has");
        atLeastOne(client, "depth", "how many cycles may be unfinished");
        if (number("spread").to > 100) {
            throw bad.apply("client " + client + " has spread=" + number("spread").to + "; use 0 to 100 percent");
        }
    }

    private void atLeastOne(String client, String key, String meaning) throws WorkloadFormatException {
        if (number(key).from < 1) {
            throw bad.apply(
                    "client " + client + " has " + key + "=" + number(key).from + ", " + meaning + "; use at least 1");
        }
    }

    private Range number(String key) {
        Range range = numbers.get(key);
        if (range == null) {
            throw new IllegalArgumentException(key);
        }
        return range;
    }

    /** How many clients of this line there are. */
    int count() {
        return number("count").to;
    }

    /** One client, with numbers drawn from the ranges. */
    Client draw(String name, SplittableRandom random) {
        return new Client(
                name,
                priority,
                number("jobs").draw(random),
                TimeUnit.MICROSECONDS.toNanos(number("us").draw(random)),
                number("spread").draw(random),
                TimeUnit.MICROSECONDS.toNanos(number("wait").draw(random)),
                number("depth").draw(random),
                number("hang-every").draw(random));
    }
}
