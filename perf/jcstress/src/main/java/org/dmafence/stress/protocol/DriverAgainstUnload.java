package org.dmafence.stress.protocol;

/**
 * A real fence, used by one while its driver is unloaded by the other, in the orderly way unless the test has another.
 */
public abstract class DriverAgainstUnload extends Race {
    protected final Driver driver;

    DriverAgainstUnload(Driver driver) {
        this.driver = driver;
    }

    /** What the consumer does with the fence; the driver's code notes the law that it finds broken. */
    abstract void use();

    @Override
    public final int left() {
        use();
        return driver.broken();
    }

    @Override
    public int right() {
        return driver.unload();
    }
}
