package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The subtests of a suite under IGT's names, each with a process of its own. */
final class IgtSubtests {
    private final List<DynamicTest> tests = new ArrayList<>();

    void add(String name, Consumer<IgtDrm> body) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            try (IgtDrm drm = new IgtDrm()) {
                body.accept(drm);
            }
        }));
    }

    /** All of them; a suite of the wrong size is a mistake in the suite. */
    Stream<DynamicTest> total(int expected) {
        long distinct =
                tests.stream().map(DynamicTest::getDisplayName).distinct().count();
        if (tests.size() != expected || distinct != expected) {
            throw new AssertionError("the suite has " + expected + " subtests in IGT, and " + tests.size()
                    + " here of which " + distinct + " differ in name");
        }
        return tests.stream();
    }
}
