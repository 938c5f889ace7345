package org.dmafence.module;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A jar read into memory, so that no file handle outlives the reading and the file may be replaced or deleted
 * meanwhile. What it may take is limited while it is read, whatever it says about itself.
 *
 * @param path where it was
 * @param entries the contents by name, of the version that this Java sees in a multi-release jar
 * @param domain the protection domain of its classes
 */
record ModuleJar(Path path, Map<String, byte[]> entries, ProtectionDomain domain) {

    private static final String MANIFEST = JarFile.MANIFEST_NAME;

    /**
     * The jar and, transitively, the sibling jars that its manifest's {@code Class-Path} names; the jar itself first.
     */
    static List<ModuleJar> readWithSiblings(Path main) throws ModuleException {
        Map<Path, ModuleJar> read = new LinkedHashMap<>();
        List<Path> wanted = new ArrayList<>(List.of(main.toAbsolutePath().normalize()));
        JarLimits limits = new JarLimits();
        for (int i = 0; i < wanted.size(); i++) {
            Path path = wanted.get(i);
            if (read.containsKey(path)) {
                continue;
            }
            if (i > 0 && !Files.isRegularFile(path)) {
                throw new ModuleException(
                        main,
                        "its manifest's Class-Path names " + path.getFileName() + ", which is not there",
                        "put it into " + path.getParent());
            }
            List<String> siblings = new ArrayList<>();
            read.put(path, read(path, siblings, limits));
            for (String name : siblings) {
                wanted.add(sibling(path, name));
            }
        }
        return List.copyOf(read.values());
    }

    /** A file beside the jar: a manifest is somebody else's text, and reaches nothing elsewhere on this machine. */
    private static Path sibling(Path jar, String name) throws ModuleException {
        try {
            Path sibling = jar.resolveSibling(name).normalize();
            if (jar.getParent() != null && jar.getParent().equals(sibling.getParent())) {
                return sibling;
            }
        } catch (InvalidPathException notAName) {
            // said below
        }
        throw new ModuleException(
                jar,
                "its manifest's Class-Path names \"" + name.replaceAll("[^\\x20-\\x7e]", "?")
                        + "\", which is no file beside it",
                "name jars in the same directory only");
    }

    private static ModuleJar read(Path path, List<String> siblings, JarLimits limits) throws ModuleException {
        if (!Files.exists(path)) {
            throw new ModuleException(path, "there is no such file", "check the path, or build the jar first");
        }
        if (Files.isDirectory(path)) {
            throw new ModuleException(path, "it is a directory", "name a jar in it: drivers are loaded from jars");
        }
        if (!Files.isRegularFile(path)) {
            throw new ModuleException(path, "it is no ordinary file", "name a driver's jar");
        }
        try {
            limits.checkFile(path);
            try (ZipFile zip = new ZipFile(path.toFile())) {
                siblings.addAll(classPath(path, zip, limits));
            }
            try (JarFile jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
                Map<String, byte[]> entries = new HashMap<>();
                for (JarEntry entry : (Iterable<JarEntry>) jar.versionedStream()::iterator) {
                    if (!entry.isDirectory()) {
                        entries.put(entry.getName(), limits.read(path, entry, jar.getInputStream(entry)));
                    }
                }
                return new ModuleJar(path, Map.copyOf(entries), domainOf(path.toFile()));
            }
        } catch (ZipException e) {
            throw new ModuleException(path, "it is not a jar: " + e.getMessage(), "name a driver's jar", e);
        } catch (IOException | UncheckedIOException | SecurityException e) {
            throw new ModuleException(path, "it can't be read: " + e, "check its permissions and the disk", e);
        } catch (IllegalArgumentException e) { // an entry's name, or a date in it
            throw new ModuleException(path, "it is not a jar: " + e.getMessage(), "name a driver's jar", e);
        }
    }

    /** Before the JDK reads the manifest, which it does without a limit. */
    private static List<String> classPath(Path path, ZipFile zip, JarLimits limits)
            throws IOException, ModuleException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            return List.of();
        }
        byte[] text = limits.readManifest(path, entry, zip.getInputStream(entry));
        String names =
                new Manifest(new ByteArrayInputStream(text)).getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        return names == null || names.isBlank()
                ? List.of()
                : List.of(names.trim().split("\\s+"));
    }

    /**
     * A domain that names the jar and does not refer to the loader. Before JDK 24 every thread keeps the domains of the
     * frames that started it; by the default domain, which refers to the loader, a pool's thread started beneath driver
     * code would pin the driver.
     */
    private static ProtectionDomain domainOf(File file) throws IOException {
        CodeSource source = new CodeSource(file.toURI().toURL(), (Certificate[]) null);
        return new ProtectionDomain(source, null);
    }

    byte @Nullable [] entry(String name) {
        return entries.get(name);
    }
}
