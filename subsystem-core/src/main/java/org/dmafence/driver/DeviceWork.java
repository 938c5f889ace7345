package org.dmafence.driver;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a job for a device that computes: what it does with memory, and after which fences. Its classes are
 * the core's and the JDK's, so clients and drivers of any class loader understand it.
 *
 * <p>The buffers belong to the driver from the submission until the job's fence signals. It reads {@code in} when the
 * job is submitted, or later, and writes {@code out} before it signals success; what {@code out} holds after an error
 * is undefined. Their positions and limits are left as they are: the bytes between them count.
 *
 * @param kind what to do
 * @param in what the device reads, {@code null} for nothing
 * @param out where the result goes, {@code null} if nobody wants it
 * @param bytes how many bytes the device works on, a multiple of 4
 * @param operand the word to fill with, or how many rounds to compute
 * @param after what has to signal before. How these ended does not matter, as for any dependency of a job
 */
public record DeviceWork(
        Kind kind, @Nullable ByteBuffer in, @Nullable ByteBuffer out, int bytes, int operand, List<DmaFence> after) {
    /** What a device can be asked for. */
    public enum Kind {
        /** Nothing but the fence. */
        EMPTY,
        /** Each word of the result is the operand, in the device's byte order. */
        FILL,
        /** The result is what was read. */
        COPY,
        /** Each word of the result is the word that was read, mixed as often as the operand says. */
        COMPUTE
    }

    /** Says which rule is broken, if any. */
    public DeviceWork {
        Objects.requireNonNull(kind, "kind");
        after = List.copyOf(after);
        if (bytes < 0 || bytes % 4 != 0) {
            throw new IllegalArgumentException("work on " + bytes + " bytes; use a multiple of 4");
        }
        if ((in != null && in.remaining() != bytes) || (out != null && out.remaining() != bytes)) {
            throw new IllegalArgumentException("work on " + bytes + " bytes with buffers of other sizes; give it"
                    + " buffers with as many bytes between position and limit");
        }
    }

    /** No work: the fence signals when the device is there. */
    public static DeviceWork empty() {
        return new DeviceWork(Kind.EMPTY, null, null, 0, 0, List.of());
    }

    /** Fills as many bytes in the device's own memory; for load. */
    public static DeviceWork fill(int bytes, int word) {
        return new DeviceWork(Kind.FILL, null, null, bytes, word, List.of());
    }

    /** Fills a buffer. */
    public static DeviceWork fill(ByteBuffer out, int word) {
        return new DeviceWork(Kind.FILL, null, out, out.remaining(), word, List.of());
    }

    /** Copies a buffer by way of the device. */
    public static DeviceWork copy(ByteBuffer in, ByteBuffer out) {
        return new DeviceWork(Kind.COPY, in, out, in.remaining(), 0, List.of());
    }

    /** Computes a buffer from another of the same size. */
    public static DeviceWork compute(ByteBuffer in, ByteBuffer out, int rounds) {
        return new DeviceWork(Kind.COMPUTE, in, out, in.remaining(), rounds, List.of());
    }

    /** The same after some fences. */
    public DeviceWork after(DmaFence... fences) {
        return new DeviceWork(kind, in, out, bytes, operand, List.of(fences));
    }
}
