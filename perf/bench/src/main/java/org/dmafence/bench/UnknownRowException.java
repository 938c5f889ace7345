package org.dmafence.bench;

import java.util.List;

/** No row of the table has such a name. */
public final class UnknownRowException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownRowException(String pattern, List<String> names) {
        super(pattern + " matches no row; there are " + String.join(", ", names));
    }
}
