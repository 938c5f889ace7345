/**
 * Code that is not ours: whose it is, and how to keep nothing of it.
 *
 * <p>An object keeps its class, a class its loader, and a loader every class of the driver that it loaded. Whatever the
 * subsystem stores, completes a future with or hands to a host that may keep it must be text. Start with
 * {@link org.dmafence.foreign.ForeignException} for what foreign code threw and {@link org.dmafence.foreign.Stacks} for
 * where somebody was; {@link org.dmafence.foreign.DriverCode} tells a driver's code by the loader of its classes.
 *
 * <p>Every method may be called from any thread. The package knows no other of the core.
 */
@NullMarked
package org.dmafence.foreign;

import org.jspecify.annotations.NullMarked;
