package org.dmafence.conform;

/** A file of scenarios that can't be read, or asks for something that makes no sense; the message says where. */
public final class OracleException extends Exception {
    private static final long serialVersionUID = 1L;

    OracleException(String message) {
        super(message);
    }

    OracleException(String message, Throwable cause) {
        super(message, cause);
    }
}
