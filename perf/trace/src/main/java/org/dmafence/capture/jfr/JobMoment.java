package org.dmafence.capture.jfr;

/**
 * One of the scheduler's events.
 *
 * @param context of the job's finished fence
 * @param seqno of the job's finished fence
 * @param client 0 for none
 * @param priority 0 for normal, more urgent above, less below
 * @param queued others in the entity's queue
 * @param credits in use on the hardware
 * @param onContext of the fence that the job must wait for
 * @param onSeqno of the fence that the job must wait for
 */
record JobMoment(
        long ns,
        long order,
        String name,
        int thread,
        String task,
        String device,
        String ring,
        long context,
        long seqno,
        long client,
        int priority,
        long queued,
        long credits,
        long onContext,
        long onSeqno)
        implements Moment {
    @Override
    public boolean has(String field) {
        return switch (field) {
            case "client_id" -> client != 0;
            case "dev",
                    "name",
                    "fence_context",
                    "fence_seqno",
                    "job_count",
                    "hw_job_count",
                    "priority",
                    "ctx",
                    "seqno" -> true;
            default -> false;
        };
    }

    @Override
    public long number(String field) {
        return switch (field) {
            case "client_id" -> client;
            case "fence_context" -> context;
            case "fence_seqno" -> seqno;
            case "job_count" -> queued;
            case "hw_job_count" -> credits;
            case "priority" -> priority;
            case "ctx" -> onContext;
            case "seqno" -> onSeqno;
            default -> 0;
        };
    }

    @Override
    public String text(String field) {
        return field.equals("dev") ? device : field.equals("name") ? ring : "";
    }
}
