package org.dmafence.vulkan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;

/**
 * What a submission costs beside LWJGL alone, and ten thousand jobs over two rings with their latencies. To be started
 * by hand, with lavapipe's environment; a shared machine is no place for its figures.
 */
final class VulkanFigures {
    private static final int SLOTS = 64;

    private VulkanFigures() {}

    public static void main(String[] args) {
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        RealTimeContext context = new RealTimeContext();
        VulkanDevice device = VulkanDevice.open(DeviceCalls.Direct::new);
        device.startInterrupts(context);
        try {
            cost(device, context, "empty", DeviceWork.empty());
            cost(device, context, "fill of 4 KiB", DeviceWork.fill(4096, 1));
            jobs(device, context, jobs);
            device.describe(System.out::println);
        } finally {
            device.stopInterrupts();
            device.destroy();
        }
    }

    // ---- cost -------------------------------------------------------------------------------------------------------

    private static void cost(VulkanDevice device, RealTimeContext context, String name, DeviceWork work) {
        VulkanRing ring = ring(device, context, name);
        List<Double> ratios = new ArrayList<>();
        List<Long> ours = new ArrayList<>();
        List<Long> bares = new ArrayList<>();
        try (BareSubmits bare = new BareSubmits(device, SLOTS)) {
            for (int round = 0; round < 40; round++) {
                long bareNs = timed(() -> {
                    bare.submit(work);
                    return bare.inFlight();
                });
                long oursNs = timed(() -> {
                    DmaFence unused = submit(ring, work);
                    return ring.inFlight();
                });
                if (round >= 20) {
                    bares.add(bareNs);
                    ours.add(oursNs);
                    ratios.add((double) oursNs / bareNs);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-14s  bare %6d ns  with fences %6d ns  ratio %.2f (medians of 20 rounds; ratios %.2f to %.2f)%n",
                name,
                median(bares),
                median(ours),
                median(ratios.stream().map(ratio -> (long) (ratio * 1000)).toList()) / 1000.0,
                ratios.stream().mapToDouble(x -> x).min().orElse(0),
                ratios.stream().mapToDouble(x -> x).max().orElse(0));
    }

    /**
     * The time of a thousand submissions, each counted, in batches of half the slots, after which all are waited for.
     */
    private static long timed(LongSupplier submit) {
        long sum = 0;
        int count = 0;
        while (count < 1000) {
            long inFlight = 0;
            long begin = System.nanoTime();
            for (int i = 0; i < SLOTS / 2; i++) {
                inFlight = submit.getAsLong();
            }
            sum += System.nanoTime() - begin;
            count += SLOTS / 2;
            long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
            while (inFlight >= 0 && System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
        }
        return sum / count;
    }

    private static DmaFence submit(VulkanRing ring, DeviceWork work) {
        DmaFence fence = ring.submit(RingJob.lasting(1, 0).withPayload(work));
        fence.release();
        return fence;
    }

    private static VulkanRing ring(VulkanDevice device, RealTimeContext context, String name) {
        FenceContext timeline = context.newContext(name).build();
        return device.openRing(new RingSpec("gpu", name, "job", SLOTS), timeline);
    }

    private static long median(List<Long> values) {
        long[] sorted = values.stream().mapToLong(x -> x).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    // ---- jobs -------------------------------------------------------------------------------------------------------

    private static void jobs(VulkanDevice device, RealTimeContext context, int count) {
        VulkanRing[] rings = {ring(device, context, "left"), ring(device, context, "right")};
        long[] submitNs = new long[count];
        long[] signalNs = new long[count];
        long[] callbackNs = new long[count];
        long[] wakeNs = new long[count];
        ByteBuffer[] outs = new ByteBuffer[count];
        DmaFence before = null;
        DmaFence[] fences = new DmaFence[count];
        long beganNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            VulkanRing ring = rings[i % 2];
            while (ring.inFlight() == SLOTS) {
                Thread.onSpinWait();
            }
            outs[i] = Words.room(64);
            DeviceWork work = DeviceWork.compute(Words.from(i, 64), outs[i], 1 + i % 7);
            int job = i;
            submitNs[i] = System.nanoTime();
            DmaFence fence = ring.submit(RingJob.lasting(i, 0).withPayload(before == null ? work : work.after(before)));
            if (!fence.addCallback(FenceCallback.of(signaled -> callbackNs[job] = System.nanoTime()))) {
                callbackNs[i] = System.nanoTime();
            }
            fences[i] = fence;
            before = fence;
            if (i % 100 == 99) {
                fence.awaitUninterruptibly(20, TimeUnit.SECONDS);
                wakeNs[i] = System.nanoTime();
            }
        }
        for (int i = 0; i < count; i++) {
            if (!fences[i].awaitUninterruptibly(20, TimeUnit.SECONDS) || fences[i].error() != null) {
                throw new AssertionError(fences[i].toString());
            }
            signalNs[i] = fences[i].timestampNs();
            for (int word = 0; word < 64; word++) {
                if (outs[i].getInt(4 * word) != Words.mixed(i + word, 1 + i % 7)) {
                    throw new AssertionError("job " + i + ", word " + word + " is wrong");
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d jobs over two rings, each after the one before on the other: %d ms, all %d words right%n",
                count,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs),
                64 * count);
        edge("submit -> signal", submitNs, signalNs);
        edge("signal -> callback", signalNs, callbackNs);
        edge("signal -> wake", signalNs, wakeNs);
    }

    private static void edge(String name, long[] from, long[] to) {
        long[] spans = new long[from.length];
        int n = 0;
        for (int i = 0; i < from.length; i++) {
            if (to[i] != 0) {
                spans[n++] = to[i] - from[i];
            }
        }
        Arrays.sort(spans, 0, n);
        System.out.printf(
                Locale.ROOT,
                "%-20s p50 %7.1f us  p99 %7.1f us  max %8.1f us  (%d)%n",
                name,
                spans[n / 2] / 1e3,
                spans[n * 99 / 100] / 1e3,
                spans[n - 1] / 1e3,
                n);
    }
}
