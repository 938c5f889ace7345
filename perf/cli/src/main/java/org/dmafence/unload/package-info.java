/**
 * What {@code dmafence unload} found, as a record, and as a text for a person.
 *
 * <p>Start with {@link org.dmafence.unload.UnloadReport}; the JSON is the record itself. Immutable, or used by one
 * thread.
 */
@NullMarked
package org.dmafence.unload;

import org.jspecify.annotations.NullMarked;
