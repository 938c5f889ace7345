package org.dmafence.module;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
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
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A jar read into memory, so that no file handle outlives the reading and the file may be replaced or deleted meanwhile.
 *
 * @param path where it was
 * @param entries the contents by name, of the version that this Java sees in a multi-release jar
 * @param domain the protection domain of its classes
 */
record ModuleJar(Path path, Map<String, byte[]> entries, ProtectionDomain domain) {

    /** The jar and, transitively, the sibling jars that its manifest's {@code Class-Path} names; the jar itself first. */
    static List<ModuleJar> readWithSiblings(Path main) throws ModuleException {
        Map<Path, ModuleJar> read = new LinkedHashMap<>();
        List<Path> wanted = new ArrayList<>(List.of(main.toAbsolutePath().normalize()));
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
            read.put(path, read(path, siblings));
            siblings.forEach(name -> wanted.add(path.resolveSibling(name).normalize()));
        }
        return List.copyOf(read.values());
    }

    private static ModuleJar read(Path path, List<String> siblings) throws ModuleException {
        if (!Files.exists(path)) {
            throw new ModuleException(path, "there is no such file", "check the path, or build the jar first");
        }
        if (Files.isDirectory(path)) {
            throw new ModuleException(path, "it is a directory", "name a jar in it: drivers are loaded from jars");
        }
        try (JarFile jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            Manifest manifest = jar.getManifest();
            String classPath =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (classPath != null && !classPath.isBlank()) {
                siblings.addAll(List.of(classPath.trim().split("\\s+")));
            }
            Map<String, byte[]> entries = new HashMap<>();
            for (JarEntry entry : (Iterable<JarEntry>) jar.versionedStream()::iterator) {
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
            return new ModuleJar(path, Map.copyOf(entries), domainOf(path.toFile()));
        } catch (ZipException e) {
            throw new ModuleException(path, "it is not a jar: " + e.getMessage(), "name a driver's jar", e);
        } catch (IOException e) {
            throw new ModuleException(path, "it can't be read: " + e, "check its permissions and the disk", e);
        }
    }

    /**
     * A domain that names the jar and does not refer to the loader. Before JDK 24 every thread keeps the domains of the
     * frames that started it; by the default domain, which refers to the loader, a pool's thread started beneath driver code
     * would pin the driver.
     */
    private static ProtectionDomain domainOf(File file) throws IOException {
        CodeSource source = new CodeSource(file.toURI().toURL(), (Certificate[]) null);
        return new ProtectionDomain(source, null);
    }

    byte @Nullable [] entry(String name) {
        return entries.get(name);
    }
}
