package org.dmafence.docs.thumbnail;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Makes thumbnails; what the host gets is a future of the plug-in's own class. */
public final class ThumbnailPlugIn implements Function<String, Future<?>> {
    private record Thumbnail(String of) {}

    @Override
    public Future<?> apply(String picture) {
        return CompletableFuture.completedFuture(new Thumbnail(picture));
    }
}
