package org.dmafence.fuzz;

import java.util.SplittableRandom;

/** Numbers and texts that readers stumble over. */
final class Extremes {
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "7",
        "10",
        "127",
        "128",
        "255",
        "256",
        "32767",
        "65535",
        "65536",
        "1000000",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999.1",
        "1e9",
        "1e308",
        "1e-308",
        "1e999999999",
        "1E400",
        "0.1",
        "00017",
        "+5",
        "0x7fffffffffffffff",
        "ffffffffffffffff",
        "NaN",
        "Infinity",
        "1_000",
        "1,5",
        "٣",
        "½",
        "1..1",
        "5..2",
        "0..9223372036854775807"
    };

    private static final String[] TEXTS = {
        "",
        " ",
        "\u0000",
        "a\u0000b",
        "\u001b[2J\u001b[1;1H",
        "\u009b31m",
        "\u202egpj.exe",
        "\u2028",
        "\u0085",
        "\ufeff",
        "\ud800",
        "\ud83d\ude00",
        "\r",
        "\n",
        "a\nb: c",
        "a\\u000ab",
        "../../../../etc/passwd",
        "/dev/zero",
        "-",
        "--help",
        "@|red x|@",
        "%s%n%d",
        "${sys:user.home}",
        "null",
        "true",
        "{}",
        "[]",
        "\"",
        "'",
        "\\",
        "\t",
        "=",
        ":",
        ",",
        "#",
        "<script>alert(1)</script>",
        "&lt;",
        "Ä",
        "İ",
        "ﬀ",
        "\u0301\u0301\u0301"
    };

    private Extremes() {}

    static String number(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> Integer.toString(random.nextInt(100));
            case 2 -> "9".repeat(1 + random.nextInt(1 << random.nextInt(12)));
            default -> NUMBERS[random.nextInt(NUMBERS.length)];
        };
    }

    static String text(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> number(random);
            case 1 -> "x".repeat(1 + random.nextInt(1 << random.nextInt(18)));
            default -> TEXTS[random.nextInt(TEXTS.length)];
        };
    }
}
