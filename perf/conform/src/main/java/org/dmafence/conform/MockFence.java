package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceWaits;
import org.jspecify.annotations.Nullable;

/** A fence of the scenario's own issuer, whose ops do and answer what the scenario says. */
final class MockFence extends FenceOps {
    /** The methods of the core that ask for names to trace, or to remember. */
    private static final Set<String> TRACING = Set.of("trace", "traceDirect", "remember");

    private static final Map<String, Op> LETTERS =
            Map.of("E", Op.ENABLE_SIGNALING, "S", Op.SIGNALED, "W", Op.WAIT, "R", Op.RELEASE, "D", Op.SET_DEADLINE);

    private final World world;
    private final String driver;
    private final String timeline;
    private final boolean nameEvents;
    private final int enableError;
    private final @Nullable Long waitMs;
    private int enableAnswer;
    private boolean done;

    final DmaFence fence;
    final FenceContext context;

    /**
     * What others that are to share this one's lock get; an inline lock can't be shared here, so that is one of their
     * own.
     */
    private final FenceLock lock;

    private MockFence(World world, Args args, String ops, @Nullable FenceLock lock) throws OracleException {
        super(optional(ops));
        this.world = world;
        driver = args.text("driver", "mock");
        timeline = args.text("timeline", "tl" + args.number("context", 0));
        nameEvents = args.flag("name_events");
        enableAnswer = args.integer("enable_ret", 1);
        enableError = args.integer("enable_error", 0);
        waitMs = args.has("wait_ret") ? args.number("wait_ret") : null;
        FenceContext.Builder builder = FenceContext.builder(world.runtime()).id(args.number("context", 0));
        context = (lock == null ? builder : builder.lock(lock)).build();
        this.lock = lock == null ? FenceLock.shared() : lock;
        long seqno = args.number("seqno", 0);
        fence = ops.contains("6") ? context.newFence64(this, seqno) : context.newFence(this, seqno);
    }

    /**
     * The mock that an argument names.
     *
     * @throws Skipped if the fence is no mock's
     */
    static MockFence of(World world, Args args, String argument) throws OracleException {
        DmaFence fence = world.fence(args, argument);
        MockFence mock = world.find(MockFence.class, args.text(argument));
        if (mock == null || mock.fence != fence) {
            throw new Skipped(args.text(argument));
        }
        return mock;
    }

    /** Makes one and names it. */
    static void create(World world, Args args) throws OracleException {
        String name = args.text("fence");
        String ops = args.text("ops", "-");
        if (!ops.matches("-|[ESWRD6]*")) {
            throw args.bad("ops", "letters of ESWRD6, or -");
        }
        FenceLock lock = null;
        if (args.has("lock")) {
            MockFence other = world.find(MockFence.class, args.text("lock"));
            lock = other == null ? null : other.lock;
            if (lock == null) {
                lock = Objects.requireNonNullElseGet(
                        FenceOwners.of(world.fence(args, "lock")).lock(), FenceLock::shared);
            }
        } else if (!args.flag("inline")) {
            lock = FenceLock.shared();
        }
        MockFence mock = new MockFence(world, args, ops, lock);
        world.put(name, mock);
        world.nameFence(name, mock.fence);
    }

    private static Op[] optional(String ops) {
        List<Op> list = new ArrayList<>();
        LETTERS.forEach((letter, op) -> {
            if (ops.contains(letter)) {
                list.add(op);
            }
        });
        return list.toArray(new Op[0]);
    }

    /** Changes what the ops answer. */
    void set(Args args) throws OracleException {
        done = args.has("signaled") ? args.flag("signaled") : done;
        enableAnswer = args.integer("enable_ret", enableAnswer);
    }

    private ObjectNode event(String name, DmaFence of) {
        return World.event(name).put("fence", world.name(of));
    }

    private String named(String event, DmaFence of, String answer) {
        if (nameEvents && !isForTrace()) {
            ObjectNode asked = event(event, of);
            if (of.isDetached()) {
                asked.put("detached", 1);
            }
            world.emit(asked);
        }
        return answer;
    }

    /** The kernel's harness listened to tracepoints without asking for names; ours always have them. */
    private static boolean isForTrace() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> TRACING.contains(frame.getMethodName())
                        && frame.getClassName().startsWith(FenceOps.class.getPackageName())));
    }

    @Override
    protected String driverName(DmaFence of) {
        return named("get_driver_name", of, driver);
    }

    @Override
    protected String timelineName(DmaFence of) {
        return named("get_timeline_name", of, timeline);
    }

    @Override
    protected boolean enableSignaling(DmaFence of) {
        world.emit(event("enable_signaling", of).put("ret", enableAnswer));
        if (enableAnswer == 0 && enableError != 0) {
            world.noteError(enableError);
            context.setErrno(of, enableError);
        }
        return enableAnswer != 0;
    }

    @Override
    protected boolean signaled(DmaFence of) {
        world.emit(event("signaled", of).put("ret", done ? 1 : 0));
        return done;
    }

    @Override
    protected long waitTimeout(DmaFence of, boolean interruptible, long timeoutNs) {
        world.emit(event("wait", of)
                .put("intr", interruptible ? 1 : 0)
                .put("timeout", timeoutNs == Long.MAX_VALUE ? -1 : World.leftMs(timeoutNs)));
        Long answer = waitMs;
        if (answer != null) {
            return answer > 0 ? answer * World.MS : answer;
        }
        return FenceWaits.defaultWait(of, interruptible, timeoutNs);
    }

    @Override
    protected void release(DmaFence of) {
        world.emit(event("release", of));
    }

    @Override
    protected void setDeadline(DmaFence of, long deadlineNs) {
        world.emit(event("set_deadline", of).put("deadline", World.toMs(deadlineNs)));
    }
}
