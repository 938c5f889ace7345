/**
 * Every issuer of fences in Linux 7.2 as a driver that can be loaded: the ops, the lock and the names of the real one,
 * on a simulated ring, with the oddities that a holder of its fences can notice.
 *
 * <p>The table itself is the resource {@code issuers.txt}; {@link org.dmafence.drivers.catalogue.Issuer} is a line of
 * it and {@link org.dmafence.drivers.catalogue.CatalogueDriver} the driver made of one.
 * {@link org.dmafence.drivers.catalogue.CatalogueRing} does what all have in common; a subclass exists for each oddity.
 * {@link org.dmafence.drivers.catalogue.GenericDrivers} is the jar's entry point and the type to start from. The shims
 * of i915 and amdgpu are jars of their own and model those drivers in depth; here they are but lines among others.
 *
 * <p>Threads are those of {@link org.dmafence.drivers.SimulatedRing}; ops are called by anybody and never block, except
 * for waiting.
 */
@NullMarked
package org.dmafence.drivers.catalogue;

import org.jspecify.annotations.NullMarked;
