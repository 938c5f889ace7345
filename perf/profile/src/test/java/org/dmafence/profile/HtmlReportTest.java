package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HtmlReportTest {
    private static final String PNG = "data:image/png;base64,";

    private static Document page(Example run, @Nullable Baseline baseline) throws Exception {
        String html = HtmlReport.of(run.report(), run.histograms(), baseline);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> all(Document page, String name) {
        NodeList nodes = page.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void shouldBeWellFormedWithEveryPlotWithinWhenWritten() throws Exception {
        Document page = page(Example.of("i915", 10, true), null);

        List<Element> images = all(page, "img");
        assertThat(images).hasSize(4);
        for (Element image : images) {
            assertThat(image.getAttribute("src")).startsWith(PNG);
            assertThat(image.getAttribute("alt")).isNotEmpty();
            byte[] bytes = Base64.getDecoder().decode(image.getAttribute("src").substring(PNG.length()));
            int width = ImageIO.read(new ByteArrayInputStream(bytes)).getWidth();
            assertThat(width).isEqualTo(2 * Integer.parseInt(image.getAttribute("width")));
        }
        assertThat(page.getDocumentElement().getTextContent()).contains("<one> & \"only\"", "load sustained", "p99.99");
    }

    @Test
    void shouldLoadNothingFromElsewhereWhenOpened() throws Exception {
        Document page = page(Example.of("i915", 10, true), null);

        assertThat(all(page, "script")).isEmpty();
        assertThat(all(page, "link")).isEmpty();
        for (Element element : all(page, "*")) {
            assertThat(element.hasAttribute("href")).isFalse();
            assertThat(element.getAttribute("style")).doesNotContain("url");
        }
        assertThat(all(page, "style").get(0).getTextContent()).doesNotContain("url(", "@import", "http");
    }

    @Test
    void shouldShowBothRunsWithRatiosWhenThereIsABaseline() throws Exception {
        Document page =
                page(Example.of("i915", 20, true), Example.of("i915", 10, true).asBaseline());

        assertThat(all(page, "td").stream()
                        .filter(cell -> cell.getAttribute("class").equals("worse")))
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.getTextContent()).isEqualTo("x2.00"));
        assertThat(page.getDocumentElement().getTextContent()).contains("Beside earlier", "i915, baseline");
    }

    @Test
    void shouldLeaveTheComparisonOutWhenTheBaselineHasNoSuchShim() throws Exception {
        Document page =
                page(Example.of("i915", 20, true), Example.of("vgem", 10, true).asBaseline());

        assertThat(page.getDocumentElement().getTextContent()).doesNotContain("Beside earlier", "i915, baseline");
    }

    private static String chipClass(Example run) throws Exception {
        return all(page(run, null), "span").stream()
                .map(element -> element.getAttribute("class"))
                .filter(classes -> classes.startsWith("chip"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldHaveNoGreenChipWhenSomethingIsMissingFromThePercentiles() throws Exception {
        Example run = Example.of("i915", 10, true);

        assertThat(chipClass(run)).isEqualTo("chip good");
        assertThat(chipClass(Example.of("i915", 10, false))).isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 1, 0, 0))))
                .isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 0, 1, 0))))
                .isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 0, 0, 1))))
                .isEqualTo("chip bad");
    }

    @Test
    void shouldSaySoWhenTheLoadIsNotSustained() throws Exception {
        Document page = page(Example.of("i915", 10, false), null);

        assertThat(page.getDocumentElement().getTextContent())
                .contains("load not sustained", "never sent", "<one> & \"only\" for 3.20");
    }
}
