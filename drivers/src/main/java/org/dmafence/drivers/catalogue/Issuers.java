package org.dmafence.drivers.catalogue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.drivers.catalogue.Issuer.AfterSignal;
import org.dmafence.drivers.catalogue.Issuer.Names;
import org.dmafence.drivers.catalogue.Issuer.Numbering;
import org.dmafence.fence.FenceOps.Op;

/** The table of all issuers, read once. */
public final class Issuers {
    private static final String RESOURCE = "issuers.txt";
    private static final int COLUMNS = 11;
    private static final List<Issuer> ALL = read();

    private Issuers() {}

    /** All of them, in the order of the table. */
    public static List<Issuer> all() {
        return ALL;
    }

    /** The one with a slug. */
    public static Optional<Issuer> find(String slug) {
        return ALL.stream().filter(issuer -> issuer.slug().equals(slug)).findFirst();
    }

    private static List<Issuer> read() {
        InputStream stream = Issuers.class.getResourceAsStream(RESOURCE);
        if (stream == null) {
            throw new IllegalStateException(RESOURCE + " is missing from the drivers' jar; build it again");
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Issuers::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Issuer parse(String line) {
        List<String> cells =
                Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        if (cells.size() != COLUMNS) {
            throw new IllegalArgumentException(
                    RESOURCE + ": " + cells.size() + " columns instead of " + COLUMNS + " in: " + line);
        }
        String slug = cells.get(0);
        String otherwise = cells.get(5);
        String[] lock = cells.get(7).split(" ", 2);
        return new Issuer(
                slug,
                cells.get(1),
                new Names(cells.get(2), cells.get(3), list(cells.get(4)), otherwise.equals("-") ? null : otherwise),
                new IssuerTable(slug, ops(cells.get(6)), LockKind.valueOf(upper(lock[0]))),
                lock.length > 1 ? lock[1] : "",
                AfterSignal.valueOf(upper(cells.get(8))),
                Numbering.valueOf(upper(cells.get(9))),
                cells.get(10).equals("-") ? "" : cells.get(10));
    }

    private static Set<Op> ops(String cell) {
        EnumSet<Op> ops = EnumSet.noneOf(Op.class);
        list(cell).forEach(name -> ops.add(Op.valueOf(upper(name))));
        return ops;
    }

    private static List<String> list(String cell) {
        return cell.equals("-") ? List.of() : List.of(cell.split(", "));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
