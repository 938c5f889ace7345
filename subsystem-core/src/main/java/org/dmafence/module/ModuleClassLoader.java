package org.dmafence.module;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fence.FenceLedger;
import org.dmafence.foreign.DriverLoader;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one loaded driver: its jar and the jar's siblings, read into memory.
 *
 * <p>Looks in the jars first and in the core's loader second, except for the JDK and the packages of the core, which a
 * driver shares with everybody. So two drivers may bring different versions of one library, and neither sees the other.
 *
 * <p>Its name, {@code module <driver>#<number>}, is in every stack frame of the driver's code; that is how running code
 * is told to be the module's. After {@link #close} it defines no more classes.
 */
final class ModuleClassLoader extends DriverLoader {
    private static final String SERVICE = "META-INF/services/" + DriverProvider.class.getName();

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader core;
    private final @Nullable FenceLedger ledger;
    private volatile List<ModuleJar> jars;

    /** @param ledger what the fences are entered in that its code makes, {@code null} if it is to make none */
    ModuleClassLoader(String name, List<ModuleJar> jars, @Nullable FenceLedger ledger) {
        super(name);
        this.core = ModuleClassLoader.class.getClassLoader();
        this.ledger = ledger;
        this.jars = jars;
    }

    @Override
    public @Nullable FenceLedger issuer() {
        return ledger;
    }

    /** Forgets the jars: classes that are defined stay usable, others are not found any more. */
    void close() {
        jars = List.of();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null && !isShared(name)) {
                found = define(name);
            }
            if (found == null) {
                found = loadFromCore(name);
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    private Class<?> loadFromCore(String name) throws ClassNotFoundException {
        try {
            return core.loadClass(name);
        } catch (ClassNotFoundException e) {
            if (jars.isEmpty()) {
                throw new ClassNotFoundException(
                        name + ", asked for by code of " + getName() + " after its unloading", e);
            }
            throw e;
        }
    }

    private static boolean isShared(String name) {
        return name.startsWith("java.")
                || name.startsWith("javax.")
                || name.startsWith("jdk.")
                || name.startsWith("sun.")
                || CORE_PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
    }

    private @Nullable Class<?> define(String name) {
        String entry = name.replace('.', '/') + ".class";
        for (ModuleJar jar : jars) {
            byte[] code = jar.entry(entry);
            if (code != null) {
                return defineClass(name, code, 0, code.length, jar.domain());
            }
        }
        return null;
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : core.getResource(name);
    }

    /**
     * Of several, the jars' come first. Only the main jar says which drivers there are, not its siblings or the core.
     */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> found = Collections.list(findResources(name));
        if (!name.equals(SERVICE)) {
            found.addAll(Collections.list(core.getResources(name)));
        }
        return Collections.enumeration(found);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        for (ModuleJar jar : jars) {
            byte[] content = jar.entry(name);
            if (content != null) {
                return new ByteArrayInputStream(content);
            }
        }
        return core.getResourceAsStream(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        Enumeration<URL> found = findResources(name);
        return found.hasMoreElements() ? found.nextElement() : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        List<ModuleJar> searched = jars;
        List<URL> found = new ArrayList<>();
        for (ModuleJar jar : name.equals(SERVICE) ? searched.subList(0, Math.min(1, searched.size())) : searched) {
            byte[] content = jar.entry(name);
            if (content != null) {
                found.add(MemoryUrls.of(jar.path(), name, content));
            }
        }
        return Collections.enumeration(found);
    }
}
