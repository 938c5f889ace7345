/**
 * The fence protocol as scenarios for {@link org.dmafence.race}: who may race with whom, in every form that the
 * protocol has had.
 *
 * <p>Mirrors {@code drivers/dma-buf/dma-fence.c} of Linux 7.0 ({@code before}), the series as reviewed and as merged,
 * 7.2.13, and {@code org.dmafence.fence} with {@code org.dmafence.module}. Start from {@link
 * org.dmafence.race.scenario.Scenarios}. A scenario makes a {@code Fence} and gives each party a part to play with it;
 * {@code KernelFence} and {@code StateWordFence} know the steps, a {@code Trait} says in what one form differs from
 * another.
 *
 * <p>To add one: write a method that takes a {@code Model} and a {@code Variant} and makes the parties, name it in a
 * list like {@code OpsScenarios.ALL}. What has no fence in it needs none: variables, locks, sections and waits come
 * from {@code Model} and {@code Party}. An incident has the variants {@code Variant.BROKEN} and {@code Variant.FIXED}
 * instead of the protocol's.
 *
 * <p>No class here may hold state: models are built on several threads.
 */
@NullMarked
package org.dmafence.race.scenario;

import org.jspecify.annotations.NullMarked;
