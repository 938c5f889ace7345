package org.dmafence.vulkan;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the host and the device see: one half to read from, one to write to.
 *
 * @param device whose it is
 * @param handle the buffer, which holds both halves
 * @param memory what the buffer lies in
 * @param descriptors the two halves as the kernel's arguments
 * @param mapped both halves, as the host sees them
 * @param bytes of one half
 */
record DeviceBuffer(VulkanDevice device, long handle, long memory, long descriptors, ByteBuffer mapped, int bytes) {
    int outOffset() {
        return bytes;
    }

    void put(@Nullable ByteBuffer in) {
        if (in != null) {
            mapped.put(0, in, in.position(), in.remaining());
        }
    }

    void get(ByteBuffer out) {
        out.put(out.position(), mapped, bytes, out.remaining());
    }

    void free() {
        device.freeBuffer(this);
    }
}
