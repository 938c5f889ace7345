/**
 * The binary forms of captures, as the tools write them: encoders to make good ones, and mutators that know the
 * structure, so that what is behind lengths, offsets and packings is reached.
 *
 * <p>Formats only: which reader gets them is for the command line to say. The readers' own tests write with these
 * encoders too, so that both speak of the same files. Start with {@link org.dmafence.fuzz.format.CaptureSeeds}.
 */
@NullMarked
package org.dmafence.fuzz.format;

import org.jspecify.annotations.NullMarked;
