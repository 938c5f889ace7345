package org.dmafence.capture.tracedat;

import java.io.IOException;

/** The bytes of one CPU's pages, in the order they were recorded. */
interface PageSource {
    /** Fills a page; false when there is no whole one left. */
    boolean next(byte[] page) throws IOException;
}
