package org.dmafence.fence.container;

/** What a container does with the errors of the fences in it. */
public enum ErrorPolicy {
    /**
     * The default: the first error becomes the container's, on every path, and {@link FenceCauses} tells all that
     * failed. Nothing turns an error into success.
     */
    KEEP_FIRST,

    /**
     * What Linux does: errors are forgotten by an array that was found complete by polling, along a chain, and by a
     * merge of fences that have signalled; a merge also forgets all but the newest fence of each context.
     */
    KERNEL
}
