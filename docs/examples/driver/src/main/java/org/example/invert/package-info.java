/**
 * The driver of the page that shows how to write one: it inverts the bytes of buffers. Its tests make a jar of this
 * package.
 */
@NullMarked
package org.example.invert;

import org.jspecify.annotations.NullMarked;
