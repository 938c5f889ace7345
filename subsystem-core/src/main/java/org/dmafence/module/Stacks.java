package org.dmafence.module;

import java.util.Arrays;

/** Stack traces that may be kept. */
final class Stacks {
    private Stacks() {}

    /** The same text. Elements that {@link Thread#getStackTrace()} makes refer to the class, which would pin a driver. */
    static StackTraceElement[] copy(StackTraceElement[] stack) {
        return Arrays.stream(stack)
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

    /** A frame without its loader's name. */
    static String text(StackTraceElement frame) {
        String file = frame.getFileName() == null
                ? "Unknown Source"
                : frame.getFileName() + (frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber());
        return frame.getClassName() + "." + frame.getMethodName() + "(" + file + ")";
    }
}
