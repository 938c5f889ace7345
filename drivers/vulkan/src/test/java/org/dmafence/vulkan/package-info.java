/** Tests of the Vulkan driver on lavapipe. */
@NullMarked
package org.dmafence.vulkan;

import org.jspecify.annotations.NullMarked;
