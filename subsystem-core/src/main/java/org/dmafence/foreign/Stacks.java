package org.dmafence.foreign;

import java.util.Arrays;
import java.util.Objects;

/** Stack traces that may be kept. */
public final class Stacks {
    private static final int FRAMES = 256;
    private static final String OURS = Stacks.class.getName();

    private Stacks() {}

    /**
     * The same text. Elements that {@link Thread#getStackTrace()} makes before JDK 21 refer to the class, which would
     * pin a driver.
     */
    public static StackTraceElement[] copy(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .filter(Objects::nonNull)
                .map(e -> new StackTraceElement(
                        e.getClassLoaderName(),
                        e.getModuleName(),
                        e.getModuleVersion(),
                        e.getClassName(),
                        e.getMethodName(),
                        e.getFileName(),
                        e.getLineNumber()))
                .toArray(StackTraceElement[]::new);
    }

    /**
     * Where the caller is, without the constructors that it is in. For exceptions that may be kept: one whose
     * {@link Throwable#fillInStackTrace} does nothing and that sets this instead tells as much and holds no class.
     */
    public static StackTraceElement[] here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.dropWhile(frame -> frame.getClassName().equals(OURS)
                                || frame.getMethodName().equals("<init>"))
                        .limit(FRAMES)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .toArray(StackTraceElement[]::new));
    }

    /** A frame without its loader's name. */
    public static String text(StackTraceElement frame) {
        String file = frame.getFileName() == null
                ? "Unknown Source"
                : frame.getFileName() + (frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber());
        return frame.getClassName() + "." + frame.getMethodName() + "(" + file + ")";
    }
}
