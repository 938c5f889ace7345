/**
 * The kit that every HTML page is made with: one file that needs no other and no network, for a screen of any width,
 * light or dark, and for paper.
 *
 * <p>Start with {@link org.dmafence.report.page.Page}. A report's own words and tables are j2html's elements, whose
 * text is escaped when the page is written, in one place; nothing outside this package may write markup as a string.
 * Table cells say what they are ({@link org.dmafence.report.page.Td}). A {@link org.dmafence.report.page.Chart} is
 * numbers in the page that a script draws: one hovers over it, zooms, and switches between a linear and a logarithmic
 * axis. Colours are named ({@link org.dmafence.report.page.Hue}) and have a value for each theme; there is no style in
 * an attribute, because the page's content security policy lets nothing run or style but what this package wrote.
 *
 * <p>Everything here is immutable or used by one thread.
 */
@NullMarked
package org.dmafence.report.page;

import org.jspecify.annotations.NullMarked;
