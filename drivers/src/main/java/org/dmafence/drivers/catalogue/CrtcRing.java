package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * The fences of {@code drm_crtc}: their name ops check the fence's table first, and take the machine down if somebody
 * who asked for a name was overtaken by the signal that detached it.
 */
final class CrtcRing extends CatalogueRing {
    CrtcRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected @Nullable String driverName(DmaFence fence) {
        bugIfDetached(fence);
        return super.driverName(fence);
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        bugIfDetached(fence);
        return super.timelineName(fence);
    }

    private static void bugIfDetached(DmaFence fence) {
        if (fence.isDetached()) {
            throw new AssertionError("kernel BUG: the name of " + fence + " was asked while its ops were detached");
        }
    }
}
