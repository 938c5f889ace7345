package org.dmafence.profile;

/** Another timetable, faster or slower; the jobs are as long as they were. */
final class ScaledArrivals implements Arrivals {
    private final Arrivals original;
    private final double factor;

    /** @param factor how much later each job comes; below 1 for faster */
    ScaledArrivals(Arrivals original, double factor) {
        this.original = original;
        this.factor = factor;
    }

    @Override
    public void next() {
        original.next();
    }

    @Override
    public long atNs() {
        return (long) (original.atNs() * factor);
    }

    @Override
    public int stream() {
        return original.stream();
    }

    @Override
    public long lengthNs() {
        return original.lengthNs();
    }
}
