package org.dmafence.bench;

/** Which way is better. */
public enum Direction {
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Direction(String sign) {
        this.sign = sign;
    }

    /** As in a comparison. */
    public String sign() {
        return sign;
    }

    boolean reaches(double value, double limit) {
        return this == AT_MOST ? value <= limit : value >= limit;
    }
}
