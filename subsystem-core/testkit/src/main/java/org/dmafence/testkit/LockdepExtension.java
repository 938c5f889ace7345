package org.dmafence.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the JUnit test during which something was reported. Found by JUnit itself where
 * {@code junit.jupiter.extensions.autodetection.enabled} is true; does nothing while the checker is off.
 *
 * <p>A report of a thread that goes on after its test fails the next test of that JVM, or the class. Tests that break
 * rules on purpose do so in a {@link LockdepTrial}.
 */
public final class LockdepExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final ConcurrentLinkedQueue<LockdepReport> REPORTS = new ConcurrentLinkedQueue<>();

    /** For JUnit. */
    public LockdepExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Lockdep.reportTo(REPORTS::add);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Lockdep.checkNothingHeld("the end of the test");
        failOnReports();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        failOnReports();
    }

    private static void failOnReports() {
        Lockdep.checkEndedThreads();
        List<LockdepReport> found = new ArrayList<>();
        for (LockdepReport report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
            found.add(report);
        }
        if (!found.isEmpty()) {
            throw new AssertionError(
                    "lockdep: " + found.stream().map(LockdepReport::text).collect(Collectors.joining("\n")));
        }
    }
}
