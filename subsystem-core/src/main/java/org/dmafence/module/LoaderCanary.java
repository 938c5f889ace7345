package org.dmafence.module;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/**
 * A class loader with one class, and an object, that nobody refers to. If the canary is gone, a collection has taken
 * place that would have taken any unreachable loader; if only the object is, one that leaves classes alone. Without it
 * nobody could tell a loader that is held from a JVM that does not collect.
 */
final class LoaderCanary {
    private static final byte @Nullable [] CLASS = bytesOf(Bird.class);

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final PhantomReference<Object> object = new PhantomReference<>(new Object(), queue);
    private final PhantomReference<Object> loader = new PhantomReference<>(loader(), queue);

    /** Whether a collection has taken place that unloads classes. */
    boolean isGone() {
        return loader.refersTo(null);
    }

    /** Whether any collection has taken place. */
    boolean isObjectGone() {
        return object.refersTo(null);
    }

    /**
     * In a method of its own, so that no frame of a caller's holds it. A loader without classes would go in any
     * collection.
     */
    private static ClassLoader loader() {
        Cage cage = new Cage();
        cage.fill();
        return cage;
    }

    private static byte @Nullable [] bytesOf(Class<?> type) {
        String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            return null;
        }
    }

    private static final class Cage extends ClassLoader {
        Cage() {
            super("canary", LoaderCanary.class.getClassLoader());
        }

        void fill() {
            byte[] code = CLASS;
            if (code != null) {
                defineClass(Bird.class.getName(), code, 0, code.length);
            }
        }
    }

    /** What the cage defines again. */
    private static final class Bird {}
}
