package org.dmafence.bench;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.dmafence.rcu.RcuDomain;

/** The limit of unloading: wait for one grace period and close a class loader. */
final class LoaderContender extends Contender {
    private static final String ENTRY = "META-INF/MANIFEST.MF";

    private final RcuDomain domain;
    private final Path jar;

    LoaderContender(String name, RcuDomain domain, Path jar) {
        super(name);
        this.domain = domain;
        this.jar = jar;
    }

    @Override
    void window(Sink sink) throws IOException {
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        if (loader.findResource(ENTRY) == null) { // opens the jar, or there were nothing to close
            throw new IOException(jar + " has no " + ENTRY);
        }
        long start = System.nanoTime();
        domain.synchronize();
        loader.close();
        sink.add(Metric.WALL_US, (System.nanoTime() - start) / 1000.0);
    }
}
