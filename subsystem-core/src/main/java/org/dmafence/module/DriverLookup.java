package org.dmafence.module;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.foreign.ForeignException;
import org.jspecify.annotations.Nullable;

/** Finds drivers in a jar. All of it runs the jar's code, so all of it goes through {@link DriverCalls}. */
final class DriverLookup {
    private static final int MAX_NAME = 100;

    private final Path jar;
    private final ModuleClassLoader loader;
    private final DriverCalls calls;
    private final long timeoutNs;

    DriverLookup(Path jar, ModuleClassLoader loader, DriverCalls calls, long timeoutNs) {
        this.jar = jar;
        this.loader = loader;
        this.calls = calls;
        this.timeoutNs = timeoutNs;
    }

    /** What the jar offers. */
    List<DriverInfo> list() throws ModuleException {
        List<DriverInfo> offered = ask("drivers", () -> {
            List<DriverInfo> all = new ArrayList<>();
            for (DriverProvider provider : ServiceLoader.load(DriverProvider.class, loader)) {
                all.addAll(provider.drivers());
            }
            return List.copyOf(all);
        });
        for (DriverInfo info : offered) {
            checkName(info.name());
        }
        if (offered.isEmpty()) {
            throw new ModuleException(
                    jar,
                    "it offers no driver",
                    "name a " + DriverProvider.class.getSimpleName() + " in its META-INF/services/"
                            + DriverProvider.class.getName());
        }
        return offered;
    }

    /** The loader and its threads are called by it, and the JVM prints a warning of its own about names without end. */
    private void checkName(@Nullable String name) throws ModuleException {
        if (name == null || name.isBlank() || name.length() > MAX_NAME) {
            throw new ModuleException(
                    jar,
                    "it has a driver "
                            + (name == null || name.isBlank()
                                    ? "without a name"
                                    : "whose name has " + name.length() + " characters"),
                    "give it a name of 1 to " + MAX_NAME);
        }
    }

    /** Makes one of them, not initialised. */
    DriverModule create(String driver) throws ModuleException {
        List<DriverInfo> offered = list();
        if (offered.stream().noneMatch(info -> info.name().equals(driver))) {
            throw new ModuleException(
                    jar,
                    "there is no driver \"" + driver + "\" in it",
                    "it has "
                            + offered.stream()
                                    .map(info -> '"' + info.name() + '"')
                                    .collect(Collectors.joining(", ")));
        }
        DriverModule made = ask("create", () -> {
            for (DriverProvider provider : ServiceLoader.load(DriverProvider.class, loader)) {
                if (provider.drivers().stream().anyMatch(info -> info.name().equals(driver))) {
                    return provider.create(driver);
                }
            }
            throw new IllegalStateException("the driver is not offered any more");
        });
        String name = ask("info", () -> made.info().name());
        if (!name.equals(driver)) {
            throw new ModuleException(
                    jar,
                    "asked for driver \"" + driver + "\" it makes \"" + name + "\"",
                    "its provider and its module must agree on the name");
        }
        return made;
    }

    /** Runs a question to the driver; what it throws becomes a {@link ModuleException}. */
    <T> T ask(String question, java.util.concurrent.Callable<T> body) throws ModuleException {
        try {
            return calls.call(question, timeoutNs, body);
        } catch (DriverFailure failure) {
            throw explain(question, failure);
        }
    }

    private ModuleException explain(String question, DriverFailure failure) {
        for (Throwable cause = failure; cause instanceof ForeignException at; cause = cause.getCause()) {
            if (at.thrown().equals(UnsupportedClassVersionError.class.getName())) {
                return new ModuleException(
                        jar,
                        "it needs a newer Java: " + at.getMessage(),
                        "run on a newer one than " + Runtime.version().feature() + ", or build the jar for this one",
                        failure);
            }
            if (at.thrown().equals(NoClassDefFoundError.class.getName())) {
                return new ModuleException(
                        jar,
                        "a class is missing in " + question + "(): " + at.getMessage(),
                        "put its jar beside and name it in the manifest's Class-Path",
                        failure);
            }
        }
        return new ModuleException(
                jar,
                question + "() " + (failure.isStalled() ? "hangs: " : "failed: ") + failure.getMessage(),
                "see the cause; nothing of the driver stays loaded",
                failure);
    }
}
