package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.fence.container.FenceUnwrap;
import org.jspecify.annotations.Nullable;

/** The ops on arrays, chains, unwrapping and merging; errors are lost where the kernel loses them. */
final class ContainerOps {
    private ContainerOps() {}

    static void addTo(OpTable table) {
        table.add("dma_fence_array_create", ContainerOps::createArray);
        table.add(
                "dma_fence_match_context",
                (world, args, result) -> result.put(
                        "ret",
                        FenceArray.matchesContext(world.fence(args, "fence"), args.number("context", 0)) ? 1 : 0));
        table.add("dma_fence_array_first", (world, args, result) -> {
            DmaFence fence = world.fenceOrNull(args, "fence");
            result.put(
                    "ret",
                    fence == null
                            ? "null"
                            : world.name(FenceArray.fencesOf(fence).get(0)));
        });
        table.add("dma_fence_array_next", (world, args, result) -> {
            DmaFence fence = world.fenceOrNull(args, "fence");
            List<DmaFence> fences = fence != null && FenceArray.isArray(fence) ? FenceArray.fencesOf(fence) : List.of();
            long index = args.number("index", 0) & 0xffffffffL; // it is unsigned
            result.put("ret", index < fences.size() ? world.name(fences.get((int) index)) : "null");
        });
        table.add("dma_fence_chain_init", ContainerOps::createChain);
        table.add("dma_fence_chain_find_seqno", ContainerOps::findSeqno);
        table.add("dma_fence_chain_walk", (world, args, result) -> {
            DmaFence next = FenceChain.walk(world.fence(args, "fence").retain());
            result.put("ret", world.name(next));
            release(next);
        });
        table.add("dma_fence_chain_for_each", (world, args, result) -> {
            ArrayNode nodes = result.putArray("nodes");
            DmaFence head = world.fenceOrNull(args, "fence");
            for (DmaFence at = head == null ? null : head.retain(); at != null; at = FenceChain.walk(at)) {
                nodes.add(world.name(at));
            }
        });
        table.add(
                "dma_fence_chain_contained",
                (world, args, result) ->
                        result.put("ret", world.name(FenceChain.contained(world.fence(args, "fence")))));
        table.add("chain_state", ContainerOps::chainState);
        table.add("dma_fence_unwrap_for_each", (world, args, result) -> {
            ArrayNode fences = result.putArray("fences");
            try (FenceUnwrap unwrap = FenceUnwrap.of(world.fenceOrNull(args, "fence"))) {
                for (DmaFence each = unwrap.next(); each != null; each = unwrap.next()) {
                    fences.add(world.name(each));
                }
            }
        });
        table.add("dma_fence_unwrap_merge", (world, args, result) -> {
            List<DmaFence> fences = world.fencesBut(args, "fences", World.NOTHING); // the kernel passes over null
            noteTies(world, fences);
            DmaFence merged = fences.isEmpty() ? world.stubOfNothing() : FenceMerge.merge(fences, ErrorPolicy.KERNEL);
            putMerged(world, args, merged, result);
        });
    }

    private static void createArray(World world, Args args, ObjectNode result) throws OracleException {
        if (args.flag("signal_on_any")) {
            world.note(Note.NOT_EXPRESSIBLE);
            return;
        }
        if (args.texts("fences").isEmpty()) {
            world.note(Note.EMPTY_ARRAY);
            return;
        }
        List<DmaFence> fences = new ArrayList<>();
        for (DmaFence fence : world.fences(args, "fences")) {
            fences.add(fence.retain());
        }
        FenceArray array =
                FenceArray.create(fences, args.number("context", 0), args.number("seqno", 0), ErrorPolicy.KERNEL);
        world.nameResult(args, "out", array.fence());
    }

    private static void createChain(World world, Args args, ObjectNode result) throws OracleException {
        DmaFence prev = world.fenceOrNull(args, "prev");
        DmaFence fence = world.fence(args, "fence");
        FenceChain chain = FenceChain.create(
                prev == null ? null : prev.retain(), fence.retain(), args.number("seqno", 0), ErrorPolicy.KERNEL);
        putChain(chain, result);
        world.nameResult(args, "out", chain.fence());
    }

    private static void putChain(FenceChain chain, ObjectNode result) {
        result.put("context", chain.fence().context());
        result.put("seqno", chain.seqno());
        result.put("prev_seqno", chain.prevSeqno());
    }

    private static void chainState(World world, Args args, ObjectNode result) throws OracleException {
        FenceChain chain = FenceChain.of(world.fence(args, "fence"));
        if (chain == null) {
            throw new Skipped(args.text("fence"));
        }
        putChain(chain, result);
        result.put("prev", world.name(chain.prev()));
        result.put("fence", world.name(chain.contained()));
    }

    private static void findSeqno(World world, Args args, ObjectNode result) throws OracleException {
        DmaFence head = world.fenceOrNull(args, "fence");
        long seqno = args.number("seqno", 0);
        if (head == null) {
            result.put("ret", seqno == 0 ? 0 : FenceError.EINVAL.errno()).put("fence", "null");
            return;
        }
        FenceChain.Found found = FenceChain.findSeqno(head, seqno);
        if (found == null) {
            result.put("ret", FenceError.EINVAL.errno());
            result.put("fence", world.name(head)); // the kernel leaves the pointer as it was
            return;
        }
        result.put("ret", 0).put("fence", world.name(found.fence()));
        release(found.fence());
    }

    private static void release(@Nullable DmaFence fence) {
        if (fence != null) {
            fence.release();
        }
    }

    /** Notes that which of two equal fences a merge keeps is up to the kernel's sort, which is not stable. */
    static void noteTies(World world, List<DmaFence> inputs) {
        Map<String, DmaFence> seen = new HashMap<>();
        for (DmaFence input : inputs) {
            for (DmaFence at = input; at != null; at = earlier(at)) {
                for (DmaFence each : FenceArray.fencesOf(FenceChain.contained(at))) {
                    DmaFence other = seen.put(each.context() + ":" + each.seqno(), each);
                    if (other != null && other != each) {
                        world.noteFromHere(Note.TIED_MERGE);
                    }
                }
            }
        }
    }

    /** The link before, without a poll. */
    private static @Nullable DmaFence earlier(DmaFence fence) {
        FenceChain chain = FenceChain.of(fence);
        return chain == null ? null : chain.prev();
    }

    /** What a merge made, and its name; without one nobody gets it. */
    static void putMerged(World world, Args args, @Nullable DmaFence merged, ObjectNode result) throws OracleException {
        if (merged == null) {
            result.put("result", World.NOTHING);
        } else {
            putMerged(world, merged, result);
        }
        world.nameResult(args, "out", merged);
    }

    private static void putMerged(World world, DmaFence merged, ObjectNode result) {
        String known = world.name(merged);
        FenceArray array = FenceArray.of(merged);
        if (!known.equals("?")) {
            result.put("result", "fence").put("fence", known);
        } else if (array != null) {
            result.put("result", "array");
            result.put("context", merged.context()).put("seqno", merged.seqno());
            ArrayNode fences = result.putArray("fences");
            array.fences().forEach(each -> fences.add(world.name(each)));
        } else {
            result.put("result", "stub").put("signaled", merged.isSignaled() ? 1 : 0);
            result.put("error", merged.errno());
            result.put("context", merged.context()).put("seqno", merged.seqno());
            World.putTime(result, "timestamp", merged.timestampNs());
        }
    }
}
