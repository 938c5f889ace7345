package org.dmafence.report.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What a browser may do with a page: use the styles and the script that were written into it, known by their digests,
 * and nothing else. A name in a report that slipped through as markup could neither run nor load anything.
 */
final class ContentPolicy {
    private ContentPolicy() {}

    /** The policy of a page with these styles and this script, which may be empty. */
    static String of(String styles, String program) {
        return "default-src 'none'; style-src " + digest(styles)
                + (program.isEmpty() ? "" : "; script-src " + digest(program))
                + "; base-uri 'none'; form-action 'none'";
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
