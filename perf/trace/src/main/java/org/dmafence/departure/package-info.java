/**
 * How a driver left, as records: the reports of every command that unloads one hold them.
 *
 * <p>Start with {@link org.dmafence.departure.Departure}. Immutable.
 */
@NullMarked
package org.dmafence.departure;

import org.jspecify.annotations.NullMarked;
