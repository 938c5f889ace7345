package org.dmafence.capture.jfr;

/** One of the events of fences. A wait is two of them. */
record FenceMoment(
        long ns,
        long order,
        String name,
        int thread,
        String task,
        String driver,
        String timeline,
        long context,
        long seqno)
        implements Moment {
    @Override
    public boolean has(String field) {
        return switch (field) {
            case "driver", "timeline", "context", "seqno" -> true;
            default -> false;
        };
    }

    @Override
    public long number(String field) {
        return field.equals("context") ? context : field.equals("seqno") ? seqno : 0;
    }

    @Override
    public String text(String field) {
        return field.equals("driver") ? driver : field.equals("timeline") ? timeline : "";
    }
}
