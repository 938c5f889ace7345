/** Tests of tracks. */
@NullMarked
package org.dmafence.report.tracks;

import org.jspecify.annotations.NullMarked;
