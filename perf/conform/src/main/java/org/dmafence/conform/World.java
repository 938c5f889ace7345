package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;

/** A scenario while it runs: its virtual CPU, its objects by name, and the record of what happens. */
final class World implements AutoCloseable {
    static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How far into a tick an op is called; timers fire at ticks, so those of N ms fire in the slot after the N-th. */
    private static final long OP_OFFSET_NS = 340_000;

    /** The first context that a kernel hands out in a scenario; those below are the scenario's own. */
    private static final int FIRST_CONTEXT = 1000;

    /** The ops that make something, and the arguments that name it; all others name what they answer {@code out}. */
    private static final Map<String, String> MAKERS = Map.of(
            "dma_fence_init", "fence",
            "module_load", "fence",
            "dma_resv_init", "resv",
            "ww_acquire_init", "ctx",
            "drm_sched_init", "sched",
            "drm_sched_entity_init", "entity",
            "drm_sched_job_init", "job");

    /** What a scenario calls no fence. */
    static final String NOTHING = "null";

    /** When the machine started, long before the scenario. */
    private static final long BOOT_NS = -TimeUnit.HOURS.toNanos(1);

    private final VirtualCpu cpu = VirtualCpu.ticking(MS, BOOT_NS);
    private final FenceRuntime runtime;
    private final Map<String, Object> objects = new HashMap<>();
    private final IdentityHashMap<DmaFence, String> names = new IdentityHashMap<>();

    /**
     * What the scenario's ops make, or would: whatever of it there is not is skipped, anything else is a mistake in the
     * file.
     */
    private final Set<String> expected = new HashSet<>();

    private final TraceNames traceNames = new TraceNames(this);
    private final Set<DmaFence> fromOutside = Collections.newSetFromMap(new IdentityHashMap<>());
    private final DmaFence sharedStub;
    private final @Nullable Path issuerJar;
    private final List<AutoCloseable> resources = new ArrayList<>();

    /** Where what happens is recorded just now. */
    private List<Supplier<JsonNode>> record = new ArrayList<>();

    private boolean concise;
    private Set<Note> notes = EnumSet.noneOf(Note.class);
    private @Nullable OracleException failure;
    private final Set<Note> lasting = EnumSet.noneOf(Note.class);

    /** @param issuerJar the jar of the module that a scenario may load */
    World(@Nullable Path issuerJar) {
        this.issuerJar = issuerJar;
        runtime = cpu.runtimeBuilder().reporter(this::report).build();
        long unused = runtime.allocateContexts(FIRST_CONTEXT - 1);
        sharedStub = runtime.stub();
        sharedStub.release();
        nameFence("stub", sharedStub);
        advanceTo(0);
        runtime.trace().addListener(traceNames);
    }

    /** Says that the kernel's harness told less of each op, as it did in random scenarios. */
    void beConcise(boolean told) {
        concise = told;
    }

    /** Tells which names the scenario's ops give to what they make. */
    void expect(List<OracleOp> ops) {
        for (OracleOp op : ops) {
            String argument = MAKERS.getOrDefault(op.name(), "out");
            for (String each : List.of(argument, "async")) {
                if (op.args().has(each)) {
                    expected.add(op.args().textOr(each, ""));
                }
            }
        }
    }

    boolean isConcise() {
        return concise;
    }

    VirtualCpu cpu() {
        return cpu;
    }

    FenceRuntime runtime() {
        return runtime;
    }

    // ---- objects --------------------------------------------------------------------------------------------------

    /** Names an object; a later one of the same name and type takes its place. */
    void put(String name, Object object) {
        objects.put(key(object.getClass(), name), object);
    }

    /** The object of a name and a type, {@code null} if there is none. */
    <T> @Nullable T find(Class<T> type, String name) {
        return type.cast(objects.get(key(type, name)));
    }

    /**
     * The object of a name and a type.
     *
     * @throws Skipped if there is none yet, or could not be made
     */
    <T> T get(Class<T> type, String name, Args args) throws OracleException {
        T object = find(type, name);
        if (object == null) {
            String owner = name.indexOf('.') < 0 ? name : name.substring(0, name.indexOf('.'));
            if (name.equals(NOTHING) || expected.contains(name) || expected.contains(owner)) {
                throw new Skipped(name); // such as the hardware fence of a job that has not run here
            }
            throw args.bad(name, "the name of an existing " + type.getSimpleName());
        }
        return object;
    }

    private static String key(Class<?> type, String name) {
        return type.getName() + " " + name;
    }

    /** Names a fence; one that has a name keeps it, and may be found by both. */
    void nameFence(String name, DmaFence fence) {
        objects.put(key(DmaFence.class, name), fence);
        if (names.putIfAbsent(fence, name) == null) {
            traceNames.named(fence);
        }
    }

    /**
     * Names what an op answered, if the scenario gives it a name; otherwise nobody gets the reference that came with
     * it.
     *
     * @param argument which argument has the name
     */
    void nameResult(Args args, String argument, @Nullable DmaFence fence) throws OracleException {
        if (fence != null && args.has(argument)) {
            nameFence(args.text(argument), fence);
        } else if (fence != null) {
            fence.release();
        }
    }

    /**
     * The fence that an argument names.
     *
     * @throws Skipped if it was freed, or is none
     */
    DmaFence fence(Args args, String argument) throws OracleException {
        return fenceNamed(args.text(argument), args);
    }

    DmaFence fenceNamed(String name, Args args) throws OracleException {
        DmaFence fence = get(DmaFence.class, name, args);
        if (fence.isFreed()) {
            throw new Skipped(name);
        }
        return fence;
    }

    /** As {@link #fence}, for a function that takes a null pointer: the argument says {@code null}, or is missing. */
    @Nullable DmaFence fenceOrNull(Args args, String argument) throws OracleException {
        return args.text(argument, NOTHING).equals(NOTHING) ? null : fence(args, argument);
    }

    List<DmaFence> fences(Args args, String argument) throws OracleException {
        return fencesBut(args, argument, "");
    }

    /** As {@link #fences}, without those of a name. */
    List<DmaFence> fencesBut(Args args, String argument, String but) throws OracleException {
        List<DmaFence> fences = new ArrayList<>();
        for (String name : args.texts(argument)) {
            if (!name.equals(but)) {
                fences.add(fenceNamed(name, args));
            }
        }
        return fences;
    }

    /** What the kernel makes of no fences: signalled at time 0 of the machine. */
    DmaFence stubOfNothing() {
        return runtime.allocateStub(BOOT_NS);
    }

    /** Says that a container was signalled by somebody else than itself. */
    void signaledFromOutside(DmaFence container) {
        fromOutside.add(container);
        noteFromHere(Note.ARRAY_SIGNALED_EARLY);
    }

    boolean wasSignaledFromOutside(DmaFence container) {
        return fromOutside.contains(container);
    }

    boolean isSharedStub(DmaFence fence) {
        return fence == sharedStub;
    }

    /** The jar of the module that scenarios load. */
    Path issuerJar() {
        return Objects.requireNonNull(issuerJar, "a scenario with module ops needs the drivers' jars");
    }

    /** How results call a fence. */
    String name(@Nullable DmaFence fence) {
        return fence == null ? NOTHING : names.getOrDefault(fence, "?");
    }

    /** Has something closed when the scenario is over. */
    void closeAtEnd(AutoCloseable resource) {
        resources.add(resource);
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Puts a time into a result; that of what happened before the scenario is no number. */
    static void putTime(ObjectNode result, String field, long atNs) {
        if (atNs <= BOOT_NS) {
            result.put(field, "boot");
        } else {
            result.put(field, toMs(atNs));
        }
    }

    /** A time since the scenario began, as a result gives it. */
    static long toMs(long atNs) {
        return Math.floorDiv(atNs, MS);
    }

    /** What is left of a wait, in whole ticks. */
    static long leftMs(long leftNs) {
        return leftNs <= 0 ? leftNs : Math.floorDiv(leftNs + MS - 1, MS);
    }

    /** A time-out in ms, -1 for none. */
    static long timeoutNs(long timeoutMs) {
        return timeoutMs == -1 ? Long.MAX_VALUE : timeoutMs * MS;
    }

    /** Lets time pass until an op is due. */
    void advanceTo(long atMs) {
        long dueNs = atMs * MS + OP_OFFSET_NS;
        cpu.advanceNs(Math.max(0, dueNs - cpu.clock().nanoTime()));
    }

    // ---- what happens ---------------------------------------------------------------------------------------------

    /** Begins an event; the caller adds its fields and {@linkplain #emit emits} it. */
    static ObjectNode event(String name) {
        return JsonNodeFactory.instance.objectNode().put("ev", name);
    }

    /** Records an event. */
    void emit(ObjectNode event) {
        record.add(() -> event);
    }

    /** Records a tracepoint; its text is asked for when the op is over and its objects have their names. */
    void trace(Supplier<String> text) {
        record.add(() -> JsonNodeFactory.instance.textNode(text.get()));
    }

    /** Notes something about the op that is being carried out. */
    void note(Note note) {
        notes.add(note);
    }

    /** Notes something about all ops from here on. */
    void noteFromHere(Note note) {
        lasting.add(note);
    }

    /**
     * Notes an error that is about to be set, if it is one of those that ours take for another than the kernel does.
     */
    void noteError(int errno) {
        if (errno > 0) {
            noteFromHere(Note.POSITIVE_ERROR);
        }
    }

    /** Keeps what is wrong with an op that a thread of its own carries out. */
    void fail(OracleException reason) {
        failure = reason;
    }

    /** Throws what {@link #fail} kept. */
    void checkFailure() throws OracleException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends a part of the record. */
    List<JsonNode> takeRecord() {
        List<JsonNode> taken = record.stream().map(Supplier::get).toList();
        record = new ArrayList<>();
        return taken;
    }

    Set<Note> takeNotes() {
        Set<Note> taken = notes;
        taken.addAll(lasting);
        notes = EnumSet.noneOf(Note.class);
        return taken;
    }

    private void report(FenceReporter.Kind kind, String message, @Nullable Throwable cause) {
        if (kind == FenceReporter.Kind.WARN) {
            emit(event("WARN").put("in", KernelFunctions.ofCaller()));
        } else {
            emit(event(kind.name()).put("message", message));
        }
    }

    @Override
    public void close() {
        cpu.close();
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("a scenario's object could not be closed: " + e, e);
            }
        }
    }
}
