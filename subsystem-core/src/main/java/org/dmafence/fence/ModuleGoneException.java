package org.dmafence.fence;

import org.dmafence.foreign.Stacks;

/**
 * A call reached the ops of a module that was unloaded by force: the kernel would have jumped into freed code. The
 * module's code was not run.
 */
public final class ModuleGoneException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String module;
    private final String op;

    /**
     * @param module the unloaded module's name
     * @param op the op that was called
     * @param fence the fence, in words
     */
    public ModuleGoneException(String module, String op, String fence) {
        super(
                "module " + module + " was unloaded by force while " + fence + " kept its ops; " + op
                        + " would have run its code: release such fences before unloading, or use ops without wait and release");
        this.module = module;
        this.op = op;
        setStackTrace(Stacks.here());
    }

    /** The unloaded module's name. */
    public String module() {
        return module;
    }

    /** The op that was called. */
    public String op() {
        return op;
    }

    /**
     * Records no frames but those set as text: they would refer to the classes on the stack and pin a driver: this may
     * be kept.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
