package org.dmafence.trace;

/**
 * Which job an event of the flight recorder is about, in plain values that keep nothing of a driver.
 *
 * @param device the device's name
 * @param ring the scheduler's name
 * @param context the context of the job's finished fence
 * @param seqno that fence's sequence number
 * @param jobId the job's number
 * @param client the name of who submitted it
 * @param clientId that client's number, 0 for none
 * @param priority how urgent it is, by name
 */
public record JobSubject(
        String device,
        String ring,
        long context,
        long seqno,
        long jobId,
        String client,
        long clientId,
        String priority) {}
