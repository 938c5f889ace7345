package org.dmafence.vulkan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkComputePipelineCreateInfo;
import org.lwjgl.vulkan.VkDescriptorSetLayoutBinding;
import org.lwjgl.vulkan.VkDescriptorSetLayoutCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkPipelineLayoutCreateInfo;
import org.lwjgl.vulkan.VkPipelineShaderStageCreateInfo;
import org.lwjgl.vulkan.VkPushConstantRange;
import org.lwjgl.vulkan.VkShaderModuleCreateInfo;

/**
 * The compute job: {@code mix.comp}, of which {@code mix.spv.txt} has the SPIR-V words.
 *
 * @param device whose it is
 * @param arguments the layout of its two buffers
 * @param layout that of everything it is given
 * @param pipeline the compiled shader
 */
record Kernel(VkDevice device, long arguments, long layout, long pipeline) {
    private static final int GROUP = 64;
    private static final Pattern WORD = Pattern.compile("0x([0-9a-f]{8})");

    static Kernel create(VkDevice device) {
        ByteBuffer words = words();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer handle = stack.mallocLong(1);
            VkDescriptorSetLayoutBinding.Buffer bindings = VkDescriptorSetLayoutBinding.calloc(2, stack);
            for (int i = 0; i < 2; i++) {
                bindings.get(i)
                        .binding(i)
                        .descriptorType(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER)
                        .descriptorCount(1)
                        .stageFlags(VK10.VK_SHADER_STAGE_COMPUTE_BIT);
            }
            VulkanException.check(
                    "vkCreateDescriptorSetLayout",
                    VK10.vkCreateDescriptorSetLayout(
                            device,
                            VkDescriptorSetLayoutCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .pBindings(bindings),
                            null,
                            handle));
            long arguments = handle.get(0);
            VulkanException.check(
                    "vkCreatePipelineLayout",
                    VK10.vkCreatePipelineLayout(
                            device,
                            VkPipelineLayoutCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .setLayoutCount(1)
                                    .pSetLayouts(stack.longs(arguments))
                                    .pPushConstantRanges(VkPushConstantRange.calloc(1, stack)
                                            .stageFlags(VK10.VK_SHADER_STAGE_COMPUTE_BIT)
                                            .size(8)),
                            null,
                            handle));
            long layout = handle.get(0);
            VulkanException.check(
                    "vkCreateShaderModule",
                    VK10.vkCreateShaderModule(
                            device,
                            VkShaderModuleCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .pCode(words),
                            null,
                            handle));
            long shader = handle.get(0);
            VkComputePipelineCreateInfo.Buffer info =
                    VkComputePipelineCreateInfo.calloc(1, stack).sType$Default().layout(layout);
            info.stage(VkPipelineShaderStageCreateInfo.calloc(stack)
                    .sType$Default()
                    .stage(VK10.VK_SHADER_STAGE_COMPUTE_BIT)
                    .module(shader)
                    .pName(stack.ASCII("main")));
            VulkanException.check(
                    "vkCreateComputePipelines",
                    VK10.vkCreateComputePipelines(device, VK10.VK_NULL_HANDLE, info, null, handle));
            VK10.vkDestroyShaderModule(device, shader, null);
            return new Kernel(device, arguments, layout, handle.get(0));
        } finally {
            MemoryUtil.memFree(words);
        }
    }

    private static ByteBuffer words() {
        try (InputStream in = Kernel.class.getResourceAsStream("mix.spv.txt")) {
            if (in == null) {
                throw new IllegalStateException("the jar is incomplete: it has no mix.spv.txt");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            ByteBuffer words = MemoryUtil.memAlloc(text.length() / 11 * 4);
            for (Matcher word = WORD.matcher(text); word.find(); ) {
                words.putInt((int) Long.parseLong(word.group(1), 16));
            }
            return words.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param push how many words, and how many rounds */
    void record(VkCommandBuffer to, long descriptors, ByteBuffer push, int words) {
        VK10.vkCmdBindPipeline(to, VK10.VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
        VK10.vkCmdBindDescriptorSets(
                to, VK10.VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, new long[] {descriptors}, null);
        VK10.vkCmdPushConstants(to, layout, VK10.VK_SHADER_STAGE_COMPUTE_BIT, 0, push);
        VK10.vkCmdDispatch(to, (words + GROUP - 1) / GROUP, 1, 1);
    }

    void free() {
        VK10.vkDestroyPipeline(device, pipeline, null);
        VK10.vkDestroyPipelineLayout(device, layout, null);
        VK10.vkDestroyDescriptorSetLayout(device, arguments, null);
    }
}
