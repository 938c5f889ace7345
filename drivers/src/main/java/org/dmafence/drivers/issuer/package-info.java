/**
 * An issuer without hardware, whose fences differ only in what keeps a module loaded: where the lock lies, and whether
 * the ops have {@code release} or {@code wait}. Conformance runs unload it and ask its fences afterwards. Mirrors the
 * private module of the kernel runs that they are compared with; start with
 * {@link org.dmafence.drivers.issuer.IssuerDriver}.
 */
@NullMarked
package org.dmafence.drivers.issuer;

import org.jspecify.annotations.NullMarked;
