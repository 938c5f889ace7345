package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.testkit.VirtualTask;
import org.jspecify.annotations.Nullable;

/** Carries out the ops of one case, each followed by whatever else can run, as the kernel's harness did. */
final class CaseRunner {
    /** What we answered to one op. */
    record Answer(OracleOp.Outcome outcome, Set<Note> notes) {}

    /** The field of the result of an op that we don't know. */
    static final String UNKNOWN_OP = "unknown_op";

    /** The field of the result of an op that ours refused by an exception. */
    static final String THREW = "threw";

    /** The field of the result of an op that was not carried out. */
    static final String SKIPPED = "skipped";

    /** The kinds whose harness told which threads were still waiting at the end. */
    static final Set<String> USER_KINDS = Set.of("sw_sync", "sync_file", "drm_syncobj");

    private final OpTable table;
    private final String kind;
    private final @Nullable Path issuerJar;

    /** @param issuerJar the jar of the module that scenarios may load, {@code null} if none does */
    CaseRunner(OpTable table, String kind, @Nullable Path issuerJar) {
        this.table = table;
        this.kind = kind;
        this.issuerJar = issuerJar;
    }

    /**
     * Runs a case, up to an op that can't be carried out.
     *
     * @param answers gets what we answered, op by op; there are as many as ops that were carried out
     * @throws OracleException if the case makes no sense; up to there it has been run
     */
    void run(OracleCase each, List<Answer> answers) throws OracleException {
        try (World world = new World(issuerJar)) {
            world.beConcise(each.random());
            world.expect(each.ops());
            if (each.timingSensitive()) {
                world.noteFromHere(Note.TIMING_SENSITIVE);
            }
            for (int i = 0; i < each.ops().size(); i++) {
                OracleOp op = each.ops().get(i);
                boolean last = i == each.ops().size() - 1;
                Answer answer;
                try {
                    answer = answer(
                            world,
                            op,
                            last ? op.nextMs() : each.ops().get(i + 1).atMs(),
                            last);
                } catch (RuntimeException | StackOverflowError e) { // of a worker or a timer: nothing can follow
                    answers.add(new Answer(failed(world, e), world.takeNotes()));
                    return;
                }
                answers.add(answer);
                if (Deviations.ending(answer.notes()).isPresent() || table.find(op.name()) == null) {
                    return;
                }
            }
        } catch (IllegalStateException e) {
            closingFailed(each, answers, e);
        }
    }

    private static OracleOp.Outcome failed(World world, Throwable e) {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put(THREW, e.toString());
        return new OracleOp.Outcome(result, world.takeRecord(), List.of());
    }

    /** What could not be closed was left in a state that it should not be in: the last answer is not what it seems. */
    private static void closingFailed(OracleCase each, List<Answer> answers, IllegalStateException e) {
        int last = answers.size() - 1;
        if (last < 0) {
            throw e;
        }
        Answer before = answers.get(last);
        ObjectNode result = before.outcome().result().deepCopy();
        result.put(THREW, "at the end of " + each.id() + ": " + e);
        OracleOp.Outcome outcome = new OracleOp.Outcome(
                result, before.outcome().events(), before.outcome().later());
        answers.set(last, new Answer(outcome, before.notes()));
    }

    private Answer answer(World world, OracleOp op, long nextMs, boolean last) throws OracleException {
        JsonNode result = call(world, op);
        List<JsonNode> events = world.takeRecord();
        world.cpu().settle();
        world.checkFailure();
        world.advanceTo(nextMs);
        world.checkFailure();
        if (last && USER_KINDS.contains(kind)) {
            for (VirtualTask task : world.cpu().live()) {
                world.emit(World.event("async_pending").put("thread", task.name()));
            }
        }
        Set<Note> notes = world.takeNotes();
        return new Answer(new OracleOp.Outcome(result, events, world.takeRecord()), notes);
    }

    private JsonNode call(World world, OracleOp op) throws OracleException {
        OpTable.Handler handler = table.find(op.name());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (handler == null) {
            return result.put(UNKNOWN_OP, op.name());
        }
        if (!op.args().has("async")) {
            call(handler, world, op, result);
            return result;
        }
        String thread = op.args().text("async");
        VirtualTask task = world.cpu().start(thread, () -> {
            try {
                call(handler, world, op, result);
            } catch (OracleException e) {
                world.fail(e);
                return;
            }
            ObjectNode done = World.event("async_done").put("thread", thread);
            done.set("result", result);
            world.emit(done);
        });
        world.put(thread, task);
        return JsonNodeFactory.instance.objectNode();
    }

    private static void call(OpTable.Handler handler, World world, OracleOp op, ObjectNode result)
            throws OracleException {
        try {
            handler.run(world, op.args(), result);
        } catch (Skipped e) {
            result.removeAll();
            result.put(SKIPPED, true);
        } catch (ModuleGoneException e) {
            world.note(Note.ISSUER_GONE);
            result.put("module_gone", e.op());
        } catch (RuntimeException e) {
            result.put(THREW, e.toString());
        }
    }
}
