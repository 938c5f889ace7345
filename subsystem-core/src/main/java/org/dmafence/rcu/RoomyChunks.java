package org.dmafence.rcu;

import org.jspecify.annotations.Nullable;

/**
 * Chunks with room, and retired or full ones that nobody met since, the one listed first first. Linked through the
 * chunks, so that listing can't fail. Under the registry's lock.
 */
final class RoomyChunks {
    private @Nullable ReaderChunk first;
    private @Nullable ReaderChunk last;

    /** A chunk that is not full, {@code null} if there is none. */
    @Nullable ReaderChunk first() {
        ReaderChunk chunk = first;
        while (chunk != null && (chunk.isFull() || chunk.isRetired())) {
            ReaderChunk after = chunk.nextListed;
            chunk.nextListed = null;
            chunk.listed = false;
            chunk = after;
        }
        first = chunk;
        if (chunk == null) {
            last = null;
        }
        return chunk;
    }

    /** Lists a chunk that is not listed. */
    void addLast(ReaderChunk chunk) {
        if (last == null) {
            first = chunk;
        } else {
            last.nextListed = chunk;
        }
        last = chunk;
        chunk.listed = true;
    }

    /** How many are listed. */
    int size() {
        int count = 0;
        for (ReaderChunk chunk = first; chunk != null; chunk = chunk.nextListed) {
            count++;
        }
        return count;
    }
}
