package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;

/** The ops that load a module from its jar, have it issue a fence, and unload it. */
final class ModuleOps {
    static final String ISSUER = "issuer";

    /** The tables of the module, by the scenario's variant. */
    private static final List<String> TABLES = List.of("inline", "external-lock", "release", "wait");

    /** In place of the kernel's, which asks nobody whether the module is in use: it is gone at once. */
    private static final UnloadPolicy AT_ONCE =
            UnloadPolicy.forced().withDrainTimeoutNs(0).withCollectTimeoutNs(0).withIssuerDeath(FenceError.ECANCELED);

    /** A module, and what it was loaded for. */
    private record Issued(LoadedModule module, DmaFence fence) {}

    private ModuleOps() {}

    static void addTo(OpTable table) {
        table.add("module_load", (world, args, result) -> load(world, args));
        table.add("module_unload", ModuleOps::unload);
        table.add("module_poison", (world, args, result) -> {}); // nothing of the module is left to be overwritten
    }

    private static void load(World world, Args args) throws OracleException {
        String name = args.text("fence");
        int variant = args.integer("variant", 0);
        if (variant < 0 || variant >= TABLES.size()) {
            throw args.bad("variant", "0 to " + (TABLES.size() - 1));
        }
        boolean signals = args.text("on_exit", "").equals("signal");
        Modules modules = Modules.create(
                world.runtime(), ModuleSettings.defaults().withNotices(line -> onNotice(world, name, line)));
        world.closeAtEnd(modules);
        LoadedModule module = insmod(world, modules);
        HardwareRing ring =
                module.openRing(new RingSpec("conform", signals ? "signal-on-exit" : "held", TABLES.get(variant), 1));
        DmaFence fence = ring.submit(RingJob.external(1));
        if (fence == null) {
            throw new IllegalStateException("the issuer made no fence");
        }
        world.nameFence(name, fence);
        world.put("", new Issued(module, fence));
    }

    private static LoadedModule insmod(World world, Modules modules) {
        try {
            return modules.insmod(world.issuerJar(), ISSUER);
        } catch (ModuleException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The module logs each call of an op: {@code issuer: op seqno answer}. */
    private static void onNotice(World world, String fence, String line) {
        List<String> words = List.of(line.split(" ", -1));
        String op = words.get(1);
        String answer = words.get(words.size() - 1);
        ObjectNode event = World.event(op).put("fence", fence);
        switch (op) {
            case "enable_signaling", "signaled" -> event.put("ret", Integer.parseInt(answer));
            case "set_deadline" -> {
                world.note(Note.MODULE_DEADLINE);
                event.put("deadline", World.toMs(Long.parseLong(answer)));
            }
            default -> {} // the others are told without an answer
        }
        world.emit(event);
    }

    private static void unload(World world, Args args, ObjectNode result) throws OracleException {
        Issued issued = world.get(Issued.class, "", args);
        boolean pending = !issued.fence.isSignaled();
        UnloadCertificate certificate = issued.module.rmmod(AT_ONCE);
        if (certificate.fencesSignaledByPolicy() > 0 && pending) {
            world.noteFromHere(Note.ENDED_BY_POLICY);
        }
        if (certificate.forced()) {
            world.noteFromHere(Note.CUT_OFF);
        }
        result.put("ret", certificate.refused() ? FenceError.EBUSY.errno() : 0);
    }
}
