package org.dmafence.bench.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.dmafence.bench.ScalingReport;
import org.dmafence.bench.ScalingReport.CurveResult;
import org.dmafence.bench.ScalingReport.Point;
import org.dmafence.report.WholeFile;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How costs grow, as pictures: one for each curve, both axes logarithmic, beside straight and n log n growth. */
public final class ScalingPlots {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    private ScalingPlots() {}

    /** Draws {@code NAME.png} for each curve that was measured. Needs no display. */
    public static void draw(ScalingReport report, Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true");
        for (CurveResult curve : report.curves()) {
            if (curve.exponent() != null) {
                write(chart(curve), directory.resolve(curve.name() + ".png"));
            }
        }
    }

    private static void write(XYChart chart, Path file) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            chart.paint(graphics, WIDTH, HEIGHT);
        } finally {
            graphics.dispose();
        }
        try (WholeFile whole = WholeFile.begin(file)) {
            ImageIO.write(image, "png", whole.stream());
            whole.commit();
        }
    }

    private static XYChart chart(CurveResult curve) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(curve.what() + ", by " + curve.grows() + ": n to the power of "
                        + BenchText.number(curve.exponent()))
                .xAxisTitle(curve.grows())
                .yAxisTitle("ns CPU")
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        List<Point> points = curve.points();
        add(chart, "measured", points, Point::ns).setMarker(SeriesMarkers.CIRCLE);
        // The others meet the curve where the fit begins.
        Point from = points.get(points.size() / 2);
        double linear = from.ns() / from.size();
        add(chart, "n", points, point -> linear * point.size()).setMarker(SeriesMarkers.NONE);
        double factor = linear / Math.log(from.size() + 1.0);
        add(chart, "n log n", points, point -> factor * point.size() * Math.log(point.size() + 1.0))
                .setMarker(SeriesMarkers.NONE);
        return chart;
    }

    private static XYSeries add(XYChart chart, String name, List<Point> points, ToDoubleFunction<Point> y) {
        return chart.addSeries(
                name,
                points.stream().mapToDouble(Point::size).toArray(),
                points.stream().mapToDouble(y).toArray());
    }
}
