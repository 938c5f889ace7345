package org.dmafence.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmafence.profile.Recorder.Second;
import org.jspecify.annotations.Nullable;

/**
 * Whether a system keeps up with a timetable, judged by the jobs that were due and had not ended: how many there are at
 * the end, in time and not as a share of the run, which would allow the more the longer one watches; and whether they
 * became more and more.
 */
final class KeepingUp {
    /** So much of the timetable may be due and not ended. */
    private static final double BOUND_S = 0.1;

    /** With few jobs a second that would be none: so many may be, but no more than are due in a second. */
    private static final int FEW = 64;

    /** With fewer seconds than this, anything may look like a trend. */
    private static final int FEWEST_POINTS = 5;

    /** More are thinned out, because all pairs are looked at. */
    private static final int MOST_POINTS = 300;

    /** Of Mann and Kendall's test; of five points, all must rise. */
    private static final double SURE = 2.2;

    /** A backlog that grows by less than a thousandth of what is sent, or by fewer jobs in all, is said to stay. */
    private static final double SLOWEST = 0.001;

    private static final int LEAST_RISE = 8;
    private static final double SECOND_NS = 1e9;

    /** A time and the backlog then. */
    private record Point(double s, double jobs) {}

    private KeepingUp() {}

    /** How many jobs of a timetable may be due and not ended. */
    static long bound(double perSecond) {
        return Math.max(1, Math.round(Math.max(perSecond * BOUND_S, Math.min(FEW, perSecond))));
    }

    /**
     * How fast the backlog grows, in jobs a second: the median of the slopes between any two seconds of the later half,
     * or of all if those are few, so that a single pause says nothing.
     *
     * @return nothing if there are fewer than five seconds
     */
    static @Nullable Double slope(List<Second> seconds) {
        List<Point> points = points(seconds);
        if (points.size() < FEWEST_POINTS) {
            return null;
        }
        double[] slopes = new double[points.size() * (points.size() - 1) / 2];
        int pairs = 0;
        for (int i = 0; i < points.size(); i++) {
            for (int k = i + 1; k < points.size(); k++) {
                double apartS = points.get(k).s - points.get(i).s; // none, if the run was ended in that moment
                slopes[pairs++] = apartS == 0 ? 0 : (points.get(k).jobs - points.get(i).jobs) / apartS;
            }
        }
        Arrays.sort(slopes);
        return (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
    }

    /** Whether the backlog grows, beyond what chance does to a backlog that stays. */
    static boolean grows(List<Second> seconds, double perSecond) {
        Double slope = slope(seconds);
        if (slope == null || slope < perSecond * SLOWEST) {
            return false;
        }
        List<Point> points = points(seconds);
        double watchedS = points.get(points.size() - 1).s - points.get(0).s;
        return slope * watchedS >= LEAST_RISE && trend(points) >= SURE;
    }

    /** In standard deviations of what points in any order would have. */
    private static double trend(List<Point> points) {
        double n = points.size();
        double rises = 0;
        for (int i = 0; i < points.size(); i++) {
            for (int k = i + 1; k < points.size(); k++) {
                rises += Math.signum(points.get(k).jobs - points.get(i).jobs);
            }
        }
        return (rises - 1) / Math.sqrt(n * (n - 1) * (2 * n + 5) / 18);
    }

    private static List<Point> points(List<Second> seconds) {
        List<Second> later = seconds.subList(seconds.size() / 2, seconds.size());
        List<Second> looked = later.size() < FEWEST_POINTS ? seconds : later;
        int step = 1 + (looked.size() - 1) / MOST_POINTS;
        List<Point> points = new ArrayList<>();
        for (int i = looked.size() - 1; i >= 0; i -= step) {
            points.add(
                    0, new Point(looked.get(i).atNs() / SECOND_NS, looked.get(i).backlog()));
        }
        return points;
    }
}
