package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** The kinds whose harness told which threads were still waiting at the end. */
    private static final Set<String> USER_KINDS = Set.of("sw_sync", "sync_file", "drm_syncobj");

    private final OpTable table;
    private final String kind;
    private final @Nullable Path issuerJar;

    /** @param issuerJar the jar of the module that scenarios may load, {@code null} if none does */
    CaseRunner(OpTable table, String kind, @Nullable Path issuerJar) {
        this.table = table;
        this.kind = kind;
        this.issuerJar = issuerJar;
    }

    /** Runs a case, up to an op that can't be carried out; there are as many answers as ops that were. */
    List<Answer> run(OracleCase each) throws OracleException {
        List<Answer> answers = new ArrayList<>();
        try (World world = new World(issuerJar)) {
            world.beConcise(each.random());
            if (each.timingSensitive()) {
                world.noteFromHere(Note.TIMING_SENSITIVE);
            }
            for (int i = 0; i < each.ops().size(); i++) {
                OracleOp op = each.ops().get(i);
                JsonNode result = call(world, op);
                List<JsonNode> events = world.takeRecord();
                world.cpu().settle();
                world.checkFailure();
                boolean last = i == each.ops().size() - 1;
                world.advanceTo(last ? op.nextMs() : each.ops().get(i + 1).atMs());
                if (last && USER_KINDS.contains(kind)) {
                    for (VirtualTask task : world.cpu().live()) {
                        world.emit(World.event("async_pending").put("thread", task.name()));
                    }
                }
                Set<Note> notes = world.takeNotes();
                answers.add(new Answer(new OracleOp.Outcome(result, events, world.takeRecord()), notes));
                if (Deviations.ending(notes).isPresent() || table.find(op.name()) == null) {
                    break;
                }
            }
        }
        return answers;
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
            result.put("skipped", true);
        } catch (ModuleGoneException e) {
            world.note(Note.ISSUER_GONE);
            result.put("module_gone", e.op());
        } catch (RuntimeException e) {
            result.put("threw", e.toString());
        }
    }
}
