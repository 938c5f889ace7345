/**
 * What kernels and their tools print: ftrace's {@code trace} and {@code trace_pipe}, {@code trace-cmd report} in all
 * its forms, {@code perf script}, Android's systrace, and an ftrace dump in the kernel's log, also as a mail or a web
 * page left it.
 *
 * <p>Lines are bytes in one buffer and are never copied. The common form of a line is looked for first; only a line
 * that has it not is tried as one of the others, so that a capture is read at the speed of its common form.
 *
 * <p>Kernel counterpart: {@code kernel/trace/trace_output.c}.
 *
 * <p>Start from {@link org.dmafence.capture.text.TextReader}.
 */
@NullMarked
package org.dmafence.capture.text;

import org.jspecify.annotations.NullMarked;
