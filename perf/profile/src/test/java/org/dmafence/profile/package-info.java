/** Tests of profiling: timetables, times, histograms and what is written of them, without a load. */
@NullMarked
package org.dmafence.profile;

import org.jspecify.annotations.NullMarked;
