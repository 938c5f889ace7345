package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * A reference that readers of a domain follow and updaters replace: the {@code __rcu} pointer.
 *
 * <p>Updaters exclude each other by a lock of their own. With assertions enabled, following the reference outside a
 * read section is an error ("suspicious RCU usage").
 *
 * @param <T> what it refers to
 */
public final class RcuReference<T> {
    private final RcuDomain domain;
    private @Nullable T value;

    /** A reference whose readers are those of the given domain. */
    public RcuReference(RcuDomain domain, @Nullable T initial) {
        this.domain = domain;
        this.value = initial;
    }

    /** The value, to be used within the current read section only ({@code rcu_dereference}). */
    public @Nullable T dereference() {
        if (Lockdep.ON && !domain.isHeld()) {
            Lockdep.readOutsideSection("dereference() of " + domain);
        }
        assert domain.isHeld() : "dereference() outside an RCU read section of " + domain + "; lock a reader first";
        return access();
    }

    /** The value, within a section of the given reader; the cheaper check for a caller that has the handle at hand. */
    public @Nullable T dereference(RcuReader reader) {
        assert reader.isHeld() : "dereference() outside a section of " + reader + "; lock it first";
        return access();
    }

    /**
     * The value, within a read section or under whatever else keeps it in place
     * ({@code rcu_dereference_check}).
     *
     * @param otherwiseProtected for example: the updaters' lock is held
     */
    public @Nullable T dereferenceCheck(boolean otherwiseProtected) {
        if (Lockdep.ON && !otherwiseProtected && !domain.isHeld()) {
            Lockdep.readOutsideSection("dereferenceCheck() of " + domain);
        }
        assert otherwiseProtected || domain.isHeld()
                : "dereferenceCheck() neither protected nor in an RCU read section of " + domain;
        return access();
    }

    /** The value, for an updater who holds the lock that all updaters take ({@code rcu_dereference_protected}). */
    public @Nullable T dereferenceProtected() {
        return value; // ordered by the updaters' lock
    }

    /** The value to compare or test for null, not to follow ({@code rcu_access_pointer}). No section needed. */
    @SuppressWarnings("unchecked")
    public @Nullable T access() {
        // Acquire, although a dependency would do on all our platforms: Java promises nothing for dependencies.
        return (T) VALUE.getAcquire(this); // pairs with assign and replace
    }

    /** Publishes a value: readers that see it see all that was done before ({@code rcu_assign_pointer}). */
    public void assign(@Nullable T newValue) {
        VALUE.setRelease(this, newValue); // pairs with access
    }

    /**
     * Stores without publishing ({@code RCU_INIT_POINTER}): for null, for values that readers could see already, and
     * before this reference itself is published.
     */
    public void init(@Nullable T newValue) {
        VALUE.setOpaque(this, newValue); // pairs with nothing, by contract
    }

    /** Publishes a value and returns the one before; under the updaters' lock ({@code rcu_replace_pointer}). */
    public @Nullable T replace(@Nullable T newValue) {
        T old = value; // ordered by the updaters' lock
        assign(newValue);
        return old;
    }

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(RcuReference.class, "value", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
