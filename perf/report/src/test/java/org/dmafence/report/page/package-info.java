/** Tests of the reports' text and numbers. */
@NullMarked
package org.dmafence.report.page;

import org.jspecify.annotations.NullMarked;
