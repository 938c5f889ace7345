/** Tests of the reports' text and numbers. */
@NullMarked
package org.dmafence.report;

import org.jspecify.annotations.NullMarked;
