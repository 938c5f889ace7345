package org.dmafence.ftrace;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;

/**
 * A trace of any length that is never in memory as a whole: jobs of a few entities on two rings, each printing the
 * lines a kernel prints for it, with a fixed number of jobs in flight and a dependency on another entity's latest job.
 */
final class GeneratedTrace extends InputStream {
    static final int IN_FLIGHT = 32;
    private static final int ENTITIES = 8;

    private record InFlight(int entity, long seqno, long number) {}

    private final boolean since617;
    private final boolean dependencies;
    private final long jobs;
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final long[] seqnos = new long[ENTITIES];
    private final StringBuilder text = new StringBuilder();
    private byte[] piece = new byte[0];
    private int at;
    private long job;
    private long timeUs = 1_000_000;
    private long lines;

    GeneratedTrace(boolean since617, boolean dependencies, long jobs) {
        this.since617 = since617;
        this.dependencies = dependencies;
        this.jobs = jobs;
    }

    long lines() {
        return lines;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (at == piece.length && !more()) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean more() {
        text.setLength(0);
        if (job < jobs) {
            submitNext();
        }
        if (inFlight.size() == IN_FLIGHT || job == jobs) {
            finish(inFlight.poll());
        }
        piece = text.toString().getBytes(StandardCharsets.US_ASCII);
        at = 0;
        return piece.length > 0;
    }

    private void submitNext() {
        int entity = (int) (job++ % ENTITIES);
        long seqno = ++seqnos[entity];
        int finished = 1001 + 2 * entity;
        String ring = ring(entity);
        fence("init", "drm_sched", ring, finished - 1, seqno);
        fence("init", "drm_sched", ring, finished, seqno);
        line(jobLine(true, entity, seqno));
        int other = (entity + ENTITIES - 1) % ENTITIES;
        if (dependencies && seqnos[other] > 0) {
            int context = 1001 + 2 * other;
            line(
                    since617
                            ? "drm_sched_job_add_dep: fence=" + finished + ":" + seqno + " depends on fence=" + context
                                    + ":" + seqnos[other]
                            : "drm_sched_job_wait_dep: job ring=" + ring + ", id=" + job + ", depends fence="
                                    + pointer(other, seqnos[other]) + ", context=" + context + ", seq="
                                    + seqnos[other]);
        }
        line(jobLine(false, entity, seqno));
        fence("init", "mockhw", ring, 900 + entity % 2, job);
        fence("signaled", "drm_sched", ring, finished - 1, seqno);
        inFlight.add(new InFlight(entity, seqno, job));
    }

    private void finish(InFlight done) {
        if (done == null) {
            return;
        }
        int entity = done.entity;
        fence("signaled", "mockhw", ring(entity), 900 + entity % 2, done.number);
        line(
                since617
                        ? "drm_sched_job_done: fence=" + (1001 + 2 * entity) + ":" + done.seqno + " signaled"
                        : "drm_sched_process_job: fence=" + pointer(entity, done.seqno) + " signaled");
        fence("signaled", "drm_sched", ring(entity), 1001 + 2 * entity, done.seqno);
    }

    private String jobLine(boolean submission, int entity, long seqno) {
        String counts = ", ring=" + ring(entity) + ", job count:0, hw job count:" + inFlight.size();
        if (since617) {
            return (submission ? "drm_sched_job_queue" : "drm_sched_job_run") + ": dev=0000:04:00.0, fence="
                    + (1001 + 2 * entity) + ":" + seqno + counts + ", client_id:" + entity;
        }
        return (submission ? "drm_sched_job" : "drm_run_job") + ": entity=00000000aaaa000" + entity + ", id=" + job
                + ", fence=" + pointer(entity, seqno) + counts;
    }

    /** Reused after a while, as a slab reuses memory. */
    private static String pointer(int entity, long seqno) {
        return String.format(Locale.ROOT, "%016x", 0xbb00_0000L + entity * 4096L + seqno % 64);
    }

    private static String ring(int entity) {
        return entity % 2 == 0 ? "gfx_0.0.0" : "sdma0";
    }

    private void fence(String action, String driver, String timeline, long context, long seqno) {
        line("dma_fence_" + action + ": driver=" + driver + " timeline=" + timeline + " context=" + context + " seqno="
                + (seqno & 0xffff_ffffL));
    }

    private void line(String event) {
        lines++;
        timeUs += 3;
        String fraction = Long.toString(1_000_000 + timeUs % 1_000_000).substring(1);
        text.append("            Xorg-812     [003] d..1.  ")
                .append(timeUs / 1_000_000)
                .append('.')
                .append(fraction)
                .append(": ")
                .append(event)
                .append('\n');
    }
}
