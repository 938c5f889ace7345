package org.dmafence.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dmafence.driver.IssuerTable;
import org.dmafence.fence.FenceOps.Op;

/** What a table's facts mean, in the report's words. */
final class IssuerFacts {
    private IssuerFacts() {}

    /** The optional ops, in the kernel's order and spelling. */
    static List<String> ops(IssuerTable table) {
        return Arrays.stream(Op.values())
                .filter(table.ops()::contains)
                .map(op -> op.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Why a signalled fence of the table is, or is not, independent of its driver. */
    static String reason(IssuerTable table) {
        boolean external = table.lock() == IssuerTable.LockKind.EXTERNAL;
        if (!table.detaches()) {
            List<String> keeping = ops(table).stream()
                    .filter(op -> op.equals("wait") || op.equals("release"))
                    .toList();
            return "its ops stay attached, for " + String.join(" and ", keeping)
                    + (external ? "; its lock lies in the driver's memory" : "");
        }
        return external
                ? "its ops are dropped, but its lock lies in the driver's memory"
                : "its ops are dropped when it signals, and its lock is its own";
    }
}
