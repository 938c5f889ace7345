/**
 * Twins of what {@code org.dmafence.stress.protocol}, {@code org.dmafence.stress.container} and
 * {@code org.dmafence.stress.resv} test, each with the one step wrong that an invariant is about: for those of the
 * protocol the step is the one method that is overridden, and the first words of the class are the variant's name in
 * {@code dmafence race}, if it is one. The same outcome is forbidden, and here it has to be seen:
 *
 * <pre>
 * java -jar perf/jcstress/target/stress.jar --broken -m quick
 * </pre>
 *
 * <p>runs these and nothing else, prints how often each was caught, and exits with 1 if one never was. Without
 * {@code --broken} they are left out. Each test class names the invariant, and the step that is wrong.
 */
@NullMarked
package org.dmafence.stress.broken;

import org.jspecify.annotations.NullMarked;
