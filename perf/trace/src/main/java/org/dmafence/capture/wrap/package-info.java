/**
 * What captures are packed in: gzip, zip, xz and zstd, recognised by their content, also one in another. Everything is
 * unpacked as it is read. What unpacks to far more than any capture does is refused, so that a few bytes do not keep a
 * reader busy for ever.
 *
 * <p>Start from {@link org.dmafence.capture.wrap.Unwrapper}.
 */
@NullMarked
package org.dmafence.capture.wrap;

import org.jspecify.annotations.NullMarked;
