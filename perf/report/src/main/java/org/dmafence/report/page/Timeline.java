package org.dmafence.report.page;

import java.util.List;

/**
 * What happened when: a lane for each place where something can happen, a bar for each thing, and arrows between them.
 * The reader zooms and pans.
 *
 * @param title in words
 * @param lanes from top to bottom
 * @param keys whose colour a bar has
 * @param spanNs how long it is; times count from its beginning
 * @param bars at most {@link #MOST_BARS}
 */
public record Timeline(
        String title, List<String> lanes, List<Key> keys, long spanNs, List<Bar> bars, List<Arrow> arrows)
        implements Chart {
    /** How many bars a page holds. */
    public static final int MOST_BARS = 150_000;

    /** How many arrows. */
    public static final int MOST_ARROWS = 50_000;

    /** How many lanes. */
    public static final int MOST_LANES = 64;

    /** A colour and its meaning. */
    public record Key(String name, Hue hue) {}

    /**
     * Something that took a while.
     *
     * @param key its place among the keys
     * @param name what a pointer over it shows
     */
    public record Bar(int lane, long beginNs, long lengthNs, int key, String name) {}

    /** From a moment in one lane to a moment in another, or the same. */
    public record Arrow(int fromLane, long fromNs, int toLane, long toNs) {}

    public Timeline {
        lanes = List.copyOf(lanes);
        keys = List.copyOf(keys);
        bars = List.copyOf(bars);
        arrows = List.copyOf(arrows);
        if (bars.size() > MOST_BARS || arrows.size() > MOST_ARROWS || lanes.size() > MOST_LANES) {
            throw new IllegalArgumentException(bars.size() + " bars and " + arrows.size() + " arrows in " + lanes.size()
                    + " lanes are more than a page holds");
        }
    }

    @Override
    public String kind() {
        return "timeline";
    }
}
