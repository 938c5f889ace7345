package org.dmafence.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/**
 * What every HTML report is held to: well-formed, nothing loaded from anywhere, nothing run or styled that the page's
 * policy does not name, what made it is told, links lead somewhere, and it is no larger than it has to be. Read by a
 * parser as browsers have it.
 */
public final class PageRules {
    /** uPlot has 50 kB of it. */
    private static final int MOST_BYTES = 2_000_000;

    private static final int ERRORS = 20;
    private static final Set<String> LOADING = Set.of(
            "link",
            "iframe",
            "object",
            "embed",
            "base",
            "img",
            "image",
            "video",
            "audio",
            "source",
            "use",
            "form",
            "meta[http-equiv=refresh]");
    private static final List<String> MADE_BY = List.of("Command", "Made", "Tool", "Java", "JVM options", "Machine");

    private final String html;
    private final Document page;
    private final List<String> wrong = new ArrayList<>();

    private PageRules(String html, Document page) {
        this.html = html;
        this.page = page;
    }

    /** The page, as a browser would have it. */
    public static Document parse(String html) {
        return Jsoup.parse(html);
    }

    /**
     * Looks at a page.
     *
     * @return a sentence for each rule that it breaks
     */
    public static List<String> broken(String html) {
        Parser parser = Parser.htmlParser().setTrackErrors(ERRORS);
        PageRules rules = new PageRules(html, parser.parseInput(html, ""));
        parser.getErrors().forEach(error -> rules.wrong.add("not well-formed: " + error));
        rules.loadsNothing();
        rules.policy();
        rules.madeBy();
        rules.links();
        rules.reads();
        return rules.wrong;
    }

    private void loadsNothing() {
        LOADING.forEach(
                name -> page.select(name).forEach(element -> wrong.add("may load something: " + element.outerHtml())));
        for (Element element : page.getAllElements()) {
            for (Attribute attribute : element.attributes()) {
                String name = attribute.getKey().toLowerCase(Locale.ROOT);
                String value = attribute.getValue().strip();
                boolean loads = name.equals("src") || name.equals("srcset") || name.equals("xlink:href");
                boolean elsewhere = name.equals("href") && value.matches("(?i)([a-z][a-z0-9+.-]*:|//).*");
                boolean runs = name.startsWith("on") || name.equals("style");
                if (loads || elsewhere || runs) {
                    wrong.add("attribute of " + element.tagName() + ": " + attribute);
                }
            }
        }
        page.select("style").forEach(style -> {
            if (style.data().matches("(?s).*(url\\(|@import).*")) {
                wrong.add("styles load something");
            }
        });
    }

    private void policy() {
        Element meta = page.selectFirst("head > meta[http-equiv=Content-Security-Policy]");
        String policy = meta == null ? "" : meta.attr("content");
        if (!policy.startsWith("default-src 'none';") || policy.contains("unsafe")) {
            wrong.add("no strict policy: " + policy);
        }
        for (Element element : page.select("style, script:not([type=application/json])")) {
            String allowed =
                    (element.tagName().equals("style") ? "style-src " : "script-src ") + digest(element.data());
            if (!policy.contains(allowed)) {
                wrong.add("the policy has not " + allowed);
            }
        }
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void madeBy() {
        Set<String> told = new HashSet<>(page.select("dl > dt").eachText());
        MADE_BY.stream().filter(name -> !told.contains(name)).forEach(name -> wrong.add("it is not told: " + name));
    }

    private void links() {
        Set<String> ids = new HashSet<>();
        page.select("[id]").forEach(element -> {
            if (!ids.add(element.id())) {
                wrong.add("two elements are #" + element.id());
            }
        });
        Set<String> listed = new HashSet<>();
        page.select("a[href^=#]").forEach(link -> {
            String target = link.attr("href").substring(1);
            listed.add(target);
            if (!ids.contains(target)) {
                wrong.add("a link leads nowhere: #" + target);
            }
        });
        page.select("h2, h3").stream()
                .filter(heading -> !listed.contains(heading.id()))
                .forEach(heading -> wrong.add("not in the contents: " + heading.text()));
    }

    private void reads() {
        int size = html.getBytes(StandardCharsets.UTF_8).length;
        if (size > MOST_BYTES) {
            wrong.add(size + " bytes");
        }
        if (page.selectFirst("html[lang]") == null || page.selectFirst("meta[name=viewport]") == null) {
            wrong.add("no language or no viewport");
        }
        if (page.title().isBlank() || page.select("h1").size() != 1) {
            wrong.add("no title");
        }
        page.select("svg:not([aria-label]), [role=img]:not([aria-label])")
                .forEach(picture -> wrong.add("a picture says nothing in words: " + picture.cssSelector()));
        String styles = page.select("style").stream().map(Element::data).reduce("", String::concat);
        List.of("prefers-color-scheme: dark", "@media print", "max-width").forEach(needed -> {
            if (!styles.contains(needed)) {
                wrong.add("no styles for " + needed);
            }
        });
    }
}
