package org.dmafence.vulkan;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK11;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures2;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceTimelineSemaphoreFeatures;
import org.lwjgl.vulkan.VkQueueFamilyProperties;

/**
 * A device that has what the driver needs, before it is opened; with the instance that it was found by.
 *
 * @param handle it
 * @param name as its driver calls it
 * @param rank the smaller the better: a GPU before a CPU
 * @param queueFamily a family of queues that compute
 * @param queueCount how many of them are used
 * @param timestampBits of a time that its queues write, 0 if they write none
 * @param nsPerTick of these times
 * @param hostMemoryType a type of memory that the host sees without flushing
 */
record PhysicalDevice(
        VkPhysicalDevice handle,
        String name,
        int rank,
        int queueFamily,
        int queueCount,
        int timestampBits,
        float nsPerTick,
        int hostMemoryType) {
    private static final int MAX_QUEUES = 4;
    private static final int HOST_MEMORY =
            VK10.VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK10.VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

    /** The best of the machine. */
    static PhysicalDevice best() {
        VkInstance instance = newInstance();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer count = stack.callocInt(1);
            int result = VK10.vkEnumeratePhysicalDevices(instance, count, null);
            PointerBuffer handles = stack.callocPointer(Math.max(1, count.get(0)));
            if (result == VK10.VK_SUCCESS && count.get(0) > 0) {
                result = VK10.vkEnumeratePhysicalDevices(instance, count, handles);
            }
            List<PhysicalDevice> usable = new ArrayList<>();
            for (int i = 0; result >= 0 && i < count.get(0); i++) {
                PhysicalDevice device = look(new VkPhysicalDevice(handles.get(i), instance));
                if (device != null) {
                    usable.add(device);
                }
            }
            return usable.stream()
                    .min(Comparator.comparingInt(PhysicalDevice::rank))
                    .orElseThrow(() -> Natives.missing(
                            "there is no Vulkan device with timeline semaphores (" + count.get(0) + " without)"));
        } catch (RuntimeException | Error e) {
            VK10.vkDestroyInstance(instance, null);
            throw e;
        }
    }

    private static VkInstance newInstance() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack)
                    .sType$Default()
                    .pApplicationInfo(
                            VkApplicationInfo.calloc(stack).sType$Default().apiVersion(VK12.VK_API_VERSION_1_2));
            PointerBuffer handle = stack.mallocPointer(1);
            int result = VK10.vkCreateInstance(info, null, handle);
            if (result != VK10.VK_SUCCESS) {
                throw Natives.missing("there is no Vulkan device: vkCreateInstance answered " + result);
            }
            return new VkInstance(handle.get(0), info);
        }
    }

    private static @Nullable PhysicalDevice look(VkPhysicalDevice handle) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceProperties properties = VkPhysicalDeviceProperties.calloc(stack);
            VK10.vkGetPhysicalDeviceProperties(handle, properties);
            if (properties.apiVersion() < VK12.VK_API_VERSION_1_2) {
                return null;
            }
            VkPhysicalDeviceTimelineSemaphoreFeatures timeline =
                    VkPhysicalDeviceTimelineSemaphoreFeatures.calloc(stack).sType$Default();
            VK11.vkGetPhysicalDeviceFeatures2(
                    handle,
                    VkPhysicalDeviceFeatures2.calloc(stack).sType$Default().pNext(timeline.address()));
            IntBuffer count = stack.callocInt(1);
            VK10.vkGetPhysicalDeviceQueueFamilyProperties(handle, count, null);
            VkQueueFamilyProperties.Buffer families = VkQueueFamilyProperties.calloc(count.get(0), stack);
            VK10.vkGetPhysicalDeviceQueueFamilyProperties(handle, count, families);
            int family = computing(families);
            int memory = hostMemory(handle, stack);
            if (!timeline.timelineSemaphore() || family < 0 || memory < 0) {
                return null;
            }
            return new PhysicalDevice(
                    handle,
                    properties.deviceNameString(),
                    rank(properties.deviceType()),
                    family,
                    Math.min(MAX_QUEUES, families.get(family).queueCount()),
                    families.get(family).timestampValidBits(),
                    properties.limits().timestampPeriod(),
                    memory);
        }
    }

    private static int computing(VkQueueFamilyProperties.Buffer families) {
        for (int i = 0; i < families.capacity(); i++) {
            if ((families.get(i).queueFlags() & VK10.VK_QUEUE_COMPUTE_BIT) != 0) {
                return i;
            }
        }
        return -1;
    }

    private static int hostMemory(VkPhysicalDevice handle, MemoryStack stack) {
        VkPhysicalDeviceMemoryProperties memory = VkPhysicalDeviceMemoryProperties.calloc(stack);
        VK10.vkGetPhysicalDeviceMemoryProperties(handle, memory);
        for (int i = 0; i < memory.memoryTypeCount(); i++) {
            if ((memory.memoryTypes(i).propertyFlags() & HOST_MEMORY) == HOST_MEMORY) {
                return i;
            }
        }
        return -1;
    }

    private static int rank(int type) {
        return switch (type) {
            case VK10.VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU -> 0;
            case VK10.VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU -> 1;
            case VK10.VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU -> 2;
            default -> 3;
        };
    }

    /** Opens it. */
    VkDevice open() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkDeviceQueueCreateInfo.Buffer queues = VkDeviceQueueCreateInfo.calloc(1, stack);
            queues.get(0).sType$Default().queueFamilyIndex(queueFamily).pQueuePriorities(stack.callocFloat(queueCount));
            VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack)
                    .sType$Default()
                    .pQueueCreateInfos(queues)
                    .pNext(VkPhysicalDeviceTimelineSemaphoreFeatures.calloc(stack)
                            .sType$Default()
                            .timelineSemaphore(true)
                            .address());
            PointerBuffer device = stack.mallocPointer(1);
            VulkanException.check("vkCreateDevice", VK10.vkCreateDevice(handle, info, null, device));
            return new VkDevice(device.get(0), handle, info);
        }
    }

    /** Frees the instance; the device is gone by then. */
    void destroy() {
        VK10.vkDestroyInstance(handle.getInstance(), null);
    }
}
