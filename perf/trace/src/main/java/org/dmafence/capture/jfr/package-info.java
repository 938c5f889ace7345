/**
 * Reads recordings of Java's flight recorder for the events of our own fences, so that what an embedded subsystem
 * recorded is read like a kernel's capture. They get the names the kernel has for them.
 *
 * <p>Start from {@link org.dmafence.capture.jfr.JfrReader}.
 */
@NullMarked
package org.dmafence.capture.jfr;

import org.jspecify.annotations.NullMarked;
