package org.dmafence.vulkan;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.jspecify.annotations.Nullable;

/** The vulkan module: one device, opened as it is loaded. */
public final class VulkanDriver implements DriverModule {
    /** No {@code release}, no {@code wait} and no lock of its own: a fence that has signalled is independent. */
    static final IssuerTable JOB = new IssuerTable("job", Set.of(Op.SIGNALED), LockKind.INLINE);

    /** A clock that is further from the system's than this is a test's. */
    private static final long SAME_CLOCK_NS = TimeUnit.SECONDS.toNanos(1);

    private @Nullable DriverContext context;
    private @Nullable VulkanDevice device;

    @Override
    public DriverInfo info() {
        return VulkanProvider.INFO;
    }

    @Override
    public List<IssuerTable> issuers() {
        return List.of(JOB);
    }

    /**
     * Opens the device.
     *
     * @throws IllegalStateException if there is none; the message says what to install
     */
    @Override
    public void init(DriverContext given) {
        long aheadNs = given.runtime().clock().nanoTime() - System.nanoTime();
        if (Math.abs(aheadNs) > SAME_CLOCK_NS) {
            throw new IllegalStateException("a Vulkan device works in real time, and this runtime's clock does not;"
                    + " use a driver that simulates its hardware here");
        }
        VulkanDevice opened = VulkanDevice.open(DeviceCalls.Direct::new);
        opened.startInterrupts(given);
        given.notice("device " + opened.name() + ", " + opened.queueCount() + " queues");
        context = given;
        device = opened;
    }

    @Override
    public HardwareRing openRing(RingSpec spec) {
        DriverContext driver = context;
        VulkanDevice opened = device;
        if (driver == null || opened == null) {
            throw new IllegalStateException("driver vulkan is not initialised; call init first");
        }
        if (!spec.issuer().equals(JOB.name())) {
            throw new IllegalArgumentException("driver vulkan has no ops table \"" + spec.issuer() + "\"");
        }
        return opened.openRing(spec, driver.newContext(spec.name()).build());
    }

    @Override
    public @Nullable String busy() {
        VulkanDevice opened = device;
        return opened == null ? null : opened.busy();
    }

    /** Frees the device after a grace period, in which the last poll of a fence has left it; or leaves it behind. */
    @Override
    public void exit() {
        DriverContext driver = context;
        VulkanDevice leaving = device;
        context = null;
        device = null;
        if (driver == null || leaving == null) {
            return;
        }
        leaving.killAll(FenceError.ECANCELED);
        leaving.describe(driver::notice);
        boolean stopped = leaving.stopInterrupts();
        String left = stopped ? leaving.busy() : "its interrupt thread does not come back";
        if (left == null) {
            driver.defer(leaving::destroy);
        } else {
            driver.notice("device " + leaving.name() + " is left behind with its memory and its library: " + left);
        }
    }
}
