package org.dmafence.report.page;

import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;
import java.util.List;
import org.dmafence.report.TextTable;

/** Numbers that the page's script draws. */
public sealed interface Chart permits LineChart, HeatMap, Timeline {
    /** How many places a chart has at most, so that a page's size is bounded; more than a screen has dots. */
    int MOST_PLACES = 2_000;

    /** How many lines; more than one can tell apart. */
    int MOST_SERIES = 100;

    /** What it shows, in words. */
    String title();

    /** What the script calls charts like this. */
    String kind();

    /** The figure. */
    default DomContent element() {
        return figure(
                        div().withClass("plot").attr("role", "img").attr("aria-label", title()),
                        script(rawHtml(Data.of(this))).withType("application/json"),
                        figcaption(title()))
                .withClass("chart");
    }

    /** Its numbers as they stand in the page. */
    final class Data {
        private static final JsonMapper MAPPER = JsonMapper.builder()
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .build();

        static {
            // A page may have very many of them.
            for (Class<?> often : new Class<?>[] {HeatMap.Cell.class, Timeline.Bar.class, Timeline.Arrow.class}) {
                MAPPER.configOverride(often).setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY));
            }
        }

        private Data() {}

        /** JSON that can't end the element it is in, nor turn the direction of text. */
        static String of(Chart chart) {
            try {
                ObjectNode numbers = MAPPER.valueToTree(chart);
                String json = MAPPER.writeValueAsString(numbers.put("kind", chart.kind()));
                return TextTable.clean(json).replace("<", "\\u003c");
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a chart that is no JSON: " + e.getOriginalMessage(), e);
            }
        }
    }

    /** Fails where a caller forgot to thin its numbers out. */
    static void checkPlaces(List<?> places) {
        if (places.size() > MOST_PLACES) {
            throw new IllegalArgumentException(places.size() + " places are more than a page holds");
        }
    }
}
