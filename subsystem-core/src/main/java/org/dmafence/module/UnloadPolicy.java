package org.dmafence.module;

import java.util.Objects;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * How a module is to be unloaded.
 *
 * @param issuerDeath the error of fences that neither completed in time nor were signalled by the driver's exit; {@code
 *     null} for success, the one policy that turns lost work into finished work
 * @param drainTimeoutNs how long fences may take to complete by themselves
 * @param force whether to unload even though fences keep ops or a lock of the driver's; they get tombstones
 * @param stepTimeoutNs how long each step that depends on others may take: the driver's exit, the end of its threads,
 *     the grace period, callbacks
 * @param collectTimeoutNs how long to look for proof that the loader is gone; 0 asks for no collection at all
 * @param effort what that proof may cost the process in collections
 */
public record UnloadPolicy(
        @Nullable FenceError issuerDeath,
        long drainTimeoutNs,
        boolean force,
        long stepTimeoutNs,
        long collectTimeoutNs,
        CollectionEffort effort) {
    private static final long SECOND = 1_000_000_000L;

    public UnloadPolicy {
        Objects.requireNonNull(effort, "effort");
        if (drainTimeoutNs < 0 || stepTimeoutNs <= 0 || collectTimeoutNs < 0) {
            throw new IllegalArgumentException("unload policy with drainTimeoutNs " + drainTimeoutNs
                    + ", stepTimeoutNs " + stepTimeoutNs + ", collectTimeoutNs " + collectTimeoutNs
                    + "; the first and the last must not be negative, the second must be positive");
        }
    }

    /**
     * As the kernel's rmmod: refused while fences need the driver; what is lost ends with {@code -ECANCELED}. One
     * second to drain, five for each step, five for the proof, whose collections are {@linkplain
     * CollectionEffort#GENTLE gentle}.
     */
    public static UnloadPolicy orderly() {
        return new UnloadPolicy(FenceError.ECANCELED, SECOND, false, 5 * SECOND, 5 * SECOND, CollectionEffort.GENTLE);
    }

    /** As {@link #orderly}, but never refused. */
    public static UnloadPolicy forced() {
        return orderly().withForce(true);
    }

    /** The same with another error for fences that are lost, {@code null} for success. */
    public UnloadPolicy withIssuerDeath(@Nullable FenceError error) {
        return new UnloadPolicy(error, drainTimeoutNs, force, stepTimeoutNs, collectTimeoutNs, effort);
    }

    /** The same with another time for fences to complete. */
    public UnloadPolicy withDrainTimeoutNs(long timeoutNs) {
        return new UnloadPolicy(issuerDeath, timeoutNs, force, stepTimeoutNs, collectTimeoutNs, effort);
    }

    /** The same with or without force. */
    public UnloadPolicy withForce(boolean forced) {
        return new UnloadPolicy(issuerDeath, drainTimeoutNs, forced, stepTimeoutNs, collectTimeoutNs, effort);
    }

    /** The same with another limit for each step. */
    public UnloadPolicy withStepTimeoutNs(long timeoutNs) {
        return new UnloadPolicy(issuerDeath, drainTimeoutNs, force, timeoutNs, collectTimeoutNs, effort);
    }

    /** The same with another time for the proof. */
    public UnloadPolicy withCollectTimeoutNs(long timeoutNs) {
        return new UnloadPolicy(issuerDeath, drainTimeoutNs, force, stepTimeoutNs, timeoutNs, effort);
    }

    /** The same with another price that the proof may cost. */
    public UnloadPolicy withEffort(CollectionEffort collections) {
        return new UnloadPolicy(issuerDeath, drainTimeoutNs, force, stepTimeoutNs, collectTimeoutNs, collections);
    }
}
