package org.dmafence.inspect;

/**
 * A question that a capture can't answer.
 *
 * @param record what to record for it
 */
public record Lack(String question, String record) {}
