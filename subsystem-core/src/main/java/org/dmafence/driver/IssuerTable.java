package org.dmafence.driver;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmafence.fence.FenceOps.Op;

/**
 * One ops table of a driver, as facts.
 *
 * @param name unique within the driver, such as {@code request}
 * @param ops the optional ops it implements
 * @param lock where its fences' lock lies
 */
public record IssuerTable(String name, Set<Op> ops, LockKind lock) {
    /** Where the lock of a fence lies. */
    public enum LockKind {
        /** In the fence itself. */
        INLINE,
        /** Beside the fence, in the same allocation; as good as inline. */
        OWN,
        /** In the issuer's memory: the issuer must outlive the last reference. */
        EXTERNAL
    }

    public IssuerTable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(lock, "lock");
        ops = ops.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(ops));
    }

    /** Whether fences drop the table when they signal. */
    public boolean detaches() {
        return !ops.contains(Op.WAIT) && !ops.contains(Op.RELEASE);
    }

    /** Whether a signalled fence refers to nothing of the issuer. */
    public boolean independent() {
        return detaches() && lock != LockKind.EXTERNAL;
    }

    /** The ops in the kernel's order and spelling, {@code "-"} for none. */
    public String opsText() {
        return ops.isEmpty()
                ? "-"
                : EnumSet.copyOf(ops).stream()
                        .map(op -> op.name().toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }
}
