package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Jobs by how long they took, in steps of a tenth of a decade: step {@code n} has those that took from 10^(n/10) ns up
 * to 10^((n+1)/10) ns, and step 0 those that took no time, too.
 *
 * @param first the step of the first number
 * @param jobs how many there are in each step from there on; none if there are no jobs
 */
public record LatencyCounts(int first, List<Long> jobs) {
    private static final int STEPS_PER_DECADE = 10;

    /** What takes longer than a day counts as a day. */
    private static final int STEPS = 140;

    public LatencyCounts {
        boolean whole = jobs != null && jobs.stream().allMatch(count -> count != null && count >= 0);
        if (!whole || first < 0 || first > STEPS - jobs.size()) {
            throw new IllegalArgumentException("latencies that no jobs have"); // a file may say anything
        }
    }

    /** Of no jobs. */
    static final LatencyCounts NONE = new LatencyCounts(0, List.of());

    /** The jobs of a histogram. */
    static LatencyCounts of(AbstractHistogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return NONE;
        }
        int first = step(histogram.getMinValue());
        List<Long> jobs = new ArrayList<>();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            int place = step(value.getValueIteratedTo()) - first;
            while (jobs.size() <= place) {
                jobs.add(0L);
            }
            jobs.set(place, jobs.get(place) + value.getCountAddedInThisIterationStep());
        }
        return new LatencyCounts(first, jobs);
    }

    private static int step(long ns) {
        return ns <= 1 ? 0 : (int) Math.floor(STEPS_PER_DECADE * Math.log10((double) ns));
    }

    /** The least that a job of a step took, in nanoseconds. */
    static double fromNs(int step) {
        return Math.pow(10, step / (double) STEPS_PER_DECADE);
    }
}
