package org.dmafence.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;

/**
 * jcstress over everything but {@code org.dmafence.stress.broken}, or with {@code --broken} over that alone, where each
 * test has to fail: a twin that is never caught shows that the test of the real class proves nothing. All other
 * arguments are jcstress's own.
 */
public final class Stress {
    private static final String BROKEN = "^org\\.dmafence\\.stress\\.broken\\.";
    private static final String SOUND = "^org\\.dmafence\\.stress\\.(?!broken\\.)";

    private Stress() {}

    /** Exit code 0: nothing forbidden was seen, or in every broken twin something was; 1 otherwise. */
    public static void main(String[] args) throws Exception {
        List<String> passed = new ArrayList<>(List.of(args));
        boolean broken = passed.remove("--broken");
        if (!passed.contains("-t")) {
            passed.addAll(List.of("-t", broken ? BROKEN : SOUND));
        }
        Options options = new Options(passed.toArray(new String[0]));
        if (!options.parse()) {
            System.exit(1);
        }
        JCStress stress = new JCStress(options);
        if (options.shouldList()) {
            stress.getTests().forEach(System.out::println);
        } else if (broken) {
            System.exit(everyTwinIsCaught(stress, options) ? 0 : 1);
        } else {
            stress.run();
        }
    }

    private static boolean everyTwinIsCaught(JCStress stress, Options options) throws Exception {
        try {
            stress.run();
        } catch (AssertionError e) {
            System.out.println("Failures are what a broken twin is for.");
        }
        InProcessCollector results = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(options.getResultFile(), results);
        reader.dump();
        reader.close();
        TreeMap<String, Long> forbidden = new TreeMap<>();
        TreeMap<String, Long> samples = new TreeMap<>();
        for (TestResult result : results.getTestResults()) {
            samples.merge(result.getName(), result.getTotalCount(), Long::sum);
            for (GradingResult graded : result.grading().gradingResults.values()) {
                if (graded.expect == Expect.FORBIDDEN && graded.count > 0) {
                    forbidden.merge(result.getName(), graded.count, Long::sum);
                }
            }
        }
        samples.forEach((test, count) -> System.out.printf(
                "%-8s %,15d of %,15d  %s%n",
                forbidden.containsKey(test) ? "caught" : "MISSED", forbidden.getOrDefault(test, 0L), count, test));
        SortedSet<String> missed = new TreeSet<>(stress.getTests());
        missed.removeAll(forbidden.keySet());
        System.out.println(missed.isEmpty() ? "Every twin was caught." : "Never caught: " + missed);
        return missed.isEmpty();
    }
}
