package org.dmafence.profile;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.dmafence.profile.PlotLine.Point;
import org.dmafence.profile.ProfileReport.HeapPoint;
import org.dmafence.profile.Recorder.Second;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws plots as PNG, with two dots for each of the page's. */
final class Plots {
    /** How wide a plot is on the page. */
    static final int WIDTH = 1080;

    /** How high most are. */
    static final int HEIGHT = 360;

    /** How high those are that say little. */
    static final int LOW = 220;

    private static final int DOTS = 2;
    private static final Color INK = new Color(0x1f2933);
    private static final Color FAINT = new Color(0x6b7785);
    private static final Color GRID = new Color(0xe3e7ec);
    static final Color MAX = new Color(0xa3adb8);
    private static final double SECOND_NS = 1e9;

    /** So that the first and the last mark of an axis are on it. */
    private static final double EDGE = 0.06;

    private static final double LAST_LABEL = 0.16;
    private static final double BELOW = 0.97;

    /** The part of the plot's height that labels within it have. */
    private static final double ROOM_FOR_MARKS = 0.09;

    private Plots() {}

    /** Latency by percentile. */
    static byte[] percentiles(List<PlotLine> curves) {
        int most = curves.stream()
                .mapToInt(curve -> PercentileAxis.lastMark(curve.histogram().getTotalCount()))
                .max()
                .orElse(PercentileAxis.lastMark(0));
        XYChart chart = chart(HEIGHT, "percentile of jobs", "latency");
        List<List<Point>> points =
                curves.stream().map(curve -> curve.points(most)).toList();
        XYStyler styler = chart.getStyler();
        styler.setXAxisMin(-EDGE).setXAxisMax(most + LAST_LABEL);
        styler.setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
        logarithmic(styler, points.stream().flatMap(List::stream).map(Point::ns).toList());
        marks(chart, most); // first, so that the curves lie on top
        for (int i = 0; i < curves.size(); i++) {
            XYSeries series = chart.addSeries(
                    curves.get(i).name(),
                    points.get(i).stream().mapToDouble(Point::x).toArray(),
                    points.get(i).stream().mapToDouble(Point::ns).toArray());
            style(series, curves.get(i).colour(), curves.get(i).earlier());
        }
        return png(chart, HEIGHT);
    }

    /** The axis' own marks would be at round numbers only, and at neither end. */
    private static void marks(XYChart chart, int most) {
        double bottom = chart.getStyler().getYAxisMin();
        double top = chart.getStyler().getYAxisMax();
        double room = bottom * Math.pow(top / bottom, ROOM_FOR_MARKS);
        for (int mark = 0; mark <= most; mark++) {
            XYSeries line = chart.addSeries("mark " + mark, new double[] {mark, mark}, new double[] {room, top});
            line.setMarker(SeriesMarkers.NONE);
            line.setLineColor(GRID);
            line.setLineStyle(new BasicStroke(0.7f));
            chart.addAnnotation(new AnnotationText(
                    PercentileAxis.label(mark), mark, bottom * Math.pow(top / bottom, ROOM_FOR_MARKS / 2), false));
        }
    }

    /** Latency second by second. */
    static byte[] overTime(List<Second> seconds, Color colour) {
        XYChart chart = chart(HEIGHT, "seconds since the measuring began", "latency of jobs that ended");
        List<Double> times = new ArrayList<>();
        line(chart, "maximum", seconds, Second::maxNs, MAX, false, times);
        line(chart, "p99", seconds, Second::p99Ns, colour, true, times);
        line(chart, "p50", seconds, Second::p50Ns, colour, false, times);
        logarithmic(chart.getStyler(), times);
        seconds(chart.getStyler(), seconds.get(seconds.size() - 1).atNs());
        return png(chart, HEIGHT);
    }

    private static void line(
            XYChart chart,
            String name,
            List<Second> seconds,
            Function<Second, @Nullable Long> value,
            Color colour,
            boolean dashed,
            List<Double> times) {
        List<Second> some = seconds.stream()
                .filter(second -> second.maxNs() > 0 && value.apply(second) != null)
                .toList();
        if (some.isEmpty()) {
            return;
        }
        double[] values = some.stream()
                .mapToDouble(second -> Math.max(1, Objects.requireNonNull(value.apply(second))))
                .toArray();
        style(
                chart.addSeries(
                        name,
                        some.stream()
                                .mapToDouble(second -> second.atNs() / SECOND_NS)
                                .toArray(),
                        values),
                colour,
                dashed);
        for (double ns : values) {
            times.add(ns);
        }
    }

    /** What collections left, over time. */
    static byte[] heap(List<HeapPoint> points, long measuredNs, Color colour) {
        XYChart chart = chart(LOW, "seconds since the measuring began", "MB after a collection");
        double[] megabytes =
                points.stream().mapToDouble(point -> point.usedBytes() / 1e6).toArray();
        XYSeries series = chart.addSeries(
                "heap",
                points.stream().mapToDouble(point -> point.atNs() / SECOND_NS).toArray(),
                megabytes);
        style(series, colour, false);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(colour);
        XYStyler styler = chart.getStyler();
        styler.setYAxisMin(0.0)
                .setYAxisMax(java.util.Arrays.stream(megabytes).max().orElse(1) * 1.25);
        styler.setYAxisDecimalPattern("#,##0");
        seconds(styler, measuredNs);
        return png(chart, LOW);
    }

    private static XYChart chart(int height, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        XYStyler styler = chart.getStyler();
        styler.setChartTitleVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(INK)
                .setChartPadding(6)
                .setPlotContentSize(1.0)
                .setLegendVisible(false)
                .setMarkerSize(6);
        styler.setAxisTickLabelsFont(font(Font.PLAIN, 12))
                .setAxisTitleFont(font(Font.PLAIN, 12))
                .setAxisTickLabelsColor(FAINT)
                .setAxisTickMarksColor(GRID)
                .setAxisTicksMarksVisible(false)
                .setAxisTicksLineVisible(false)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(0.7f))
                .setPlotMargin(4)
                .setAxisTickPadding(6);
        styler.setXAxisTitleColor(FAINT).setYAxisTitleColor(FAINT);
        styler.setAnnotationTextFont(font(Font.PLAIN, 12))
                .setAnnotationTextFontColor(FAINT)
                .setLocale(Locale.ROOT);
        return chart;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    private static void style(XYSeries series, Color colour, boolean dashed) {
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(
                dashed
                        ? new BasicStroke(
                                1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6f, 4f}, 0f)
                        : new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    /** Whole decades around the values. */
    private static void logarithmic(AxesChartStyler styler, List<Double> times) {
        double least = times.stream().mapToDouble(ns -> ns).min().orElse(1_000);
        double most = times.stream().mapToDouble(ns -> ns).max().orElse(1_000_000);
        styler.setYAxisLogarithmic(true).setYAxisLogarithmicDecadeOnly(true);
        double floor = Math.pow(10, Math.floor(Math.log10(least)));
        double ceiling = Math.pow(10, Math.ceil(Math.log10(most)));
        styler.setYAxisMin(floor * BELOW).setYAxisMax(ceiling > floor ? ceiling : floor * 10);
        styler.setYAxisTickLabelsFormattingFunction(Plots::time);
    }

    private static void seconds(AxesChartStyler styler, long untilNs) {
        styler.setXAxisMin(0.0).setXAxisMax(Math.max(1, untilNs / SECOND_NS) * 1.01);
        styler.setXAxisTickMarkSpacingHint(120);
        styler.setXAxisDecimalPattern("#,##0.#");
    }

    /** A decade. */
    private static String time(double ns) {
        String[] units = {"ns", "µs", "ms", "s"};
        int unit = (int) Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(ns * 1.001) / 3)));
        return String.format(Locale.ROOT, "%,.0f %s", ns / Math.pow(1_000, unit), units[unit]);
    }

    private static byte[] png(XYChart chart, int height) {
        BufferedImage image = new BufferedImage(WIDTH * DOTS, height * DOTS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(DOTS, DOTS);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        chart.paint(graphics, WIDTH, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // In memory: a file would be deleted by a shutdown hook, which a run that Ctrl-C has ended can't register any
        // more.
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            boolean unused = ImageIO.write(image, "png", stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
