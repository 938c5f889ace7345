package org.dmafence.foreign;

import org.jspecify.annotations.Nullable;

/** Whose code is calling. */
public final class DriverCode {
    private static final StackWalker FRAMES = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final @Nullable ClassLoader CORE = DriverCode.class.getClassLoader();

    private DriverCode() {}

    /**
     * The driver whose code called into the core, {@code null} if somebody else's did. The innermost frame decides that
     * is neither the core's nor the JDK's: a host's callback is the host's, though a driver signals it.
     */
    public static @Nullable DriverLoader caller() {
        if (!DriverLoader.anyLoaded()) {
            return null;
        }
        Class<?> outside = FRAMES.walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                .filter(type -> !isOurs(type))
                .findFirst()
                .orElse(null));
        return outside == null ? null : DriverLoader.of(outside.getClassLoader());
    }

    private static boolean isOurs(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || (loader == CORE && DriverLoader.CORE_PACKAGES.contains(type.getPackageName()));
    }
}
