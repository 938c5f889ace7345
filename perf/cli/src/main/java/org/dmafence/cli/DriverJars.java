package org.dmafence.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadPolicy;

/** The plug-in jars that come with the program, and the drivers in them. */
final class DriverJars {
    /**
     * A driver in its jar.
     *
     * @param jar where it is
     * @param info who it is
     */
    record Driver(Path jar, DriverInfo info) {}

    /** Brings natives, which not everybody wants. */
    private static final String VULKAN = "vulkan";

    private final Path place;
    private final List<Driver> drivers;

    private DriverJars(Path place, List<Driver> drivers) {
        this.place = place;
        this.drivers = drivers;
    }

    /** The directory {@code drivers} beside the jar that the program was started from. */
    static Path besideProgram() {
        try {
            Path program = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return program.resolveSibling("drivers");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path to the program: " + e.getMessage(), e);
        }
    }

    /**
     * Looks into every jar of a directory.
     *
     * @throws BadInputException if there are none
     * @throws ModuleException if one of them is no driver's
     */
    static DriverJars scan(Path directory, Modules modules) throws BadInputException, ModuleException {
        List<Driver> drivers = new ArrayList<>();
        for (Path jar : jarsIn(directory)) {
            for (DriverInfo info : modules.modinfo(jar)) {
                drivers.add(new Driver(jar, info));
            }
        }
        if (drivers.isEmpty()) {
            throw new BadInputException(
                    "no driver jars in " + directory + "; build them with: ./mvnw -DskipTests package, or name a jar");
        }
        return new DriverJars(directory, drivers);
    }

    /**
     * Looks into one jar.
     *
     * @throws ModuleException if it is no driver's
     */
    static DriverJars in(Path jar, Modules modules) throws ModuleException {
        return new DriverJars(
                jar,
                modules.modinfo(jar).stream().map(info -> new Driver(jar, info)).toList());
    }

    private static List<Path> jarsIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * The jar of a driver that lies apart, in a directory of its name with the libraries that it brings: such a driver
     * is loaded only when it is asked for.
     */
    private static List<Path> apart(String driver, Path shipped) {
        return driver.matches("[a-z0-9-]+")
                ? jarsIn(shipped.resolve(driver)).stream()
                        .filter(jar -> jar.getFileName().toString().startsWith("dmafence-" + driver))
                        .toList()
                : List.of();
    }

    /** All drivers, by jar and in the jar's order. */
    List<Driver> all() {
        return drivers;
    }

    /**
     * The driver of a name.
     *
     * @throws BadInputException if there is none; the message lists those that there are
     */
    Driver named(String name) throws BadInputException {
        for (Driver driver : drivers) {
            if (driver.info().name().equals(name)) {
                return driver;
            }
        }
        throw new BadInputException("no driver \"" + name + "\" in " + place + "; there are " + names()
                + " (see: dmafence modinfo)"
                + (name.equals(VULKAN)
                        ? ". The vulkan driver comes apart: put its jar and LWJGL's into " + place.resolve(VULKAN)
                        : ""));
    }

    /**
     * The drivers that a name stands for: one, or all of a jar's.
     *
     * @param shipped where those lie that come with the program
     * @throws BadInputException if there is none
     * @throws ModuleException if the jar is no driver's
     */
    static List<Driver> find(DriverName name, Path shipped, Modules modules) throws BadInputException, ModuleException {
        Path jar = name.jar();
        if (jar == null) {
            List<Path> apart = apart(name.driver(), shipped);
            return List.of((apart.isEmpty() ? scan(shipped, modules) : in(apart.get(0), modules)).named(name.driver()));
        }
        DriverJars drivers = in(jar, modules);
        return name.driver().isEmpty() ? drivers.all() : List.of(drivers.named(name.driver()));
    }

    /**
     * The ops tables of a driver, which has to be loaded for a moment to say.
     *
     * @throws ModuleException if it can't be loaded
     */
    static List<IssuerTable> issuers(Driver driver, Modules modules) throws ModuleException {
        LoadedModule module = modules.insmod(driver.jar(), driver.info().name());
        List<IssuerTable> issuers = module.issuers();
        module.rmmod(UnloadPolicy.forced().withDrainTimeoutNs(0).withCollectTimeoutNs(0));
        return issuers;
    }

    private String names() {
        return drivers.stream().map(driver -> driver.info().name()).collect(Collectors.joining(", "));
    }
}
