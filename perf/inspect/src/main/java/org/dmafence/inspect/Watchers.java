package org.dmafence.inspect;

import java.util.List;

/** Shows the same to several. */
public record Watchers(List<Watcher> all) implements Watcher {
    public Watchers {
        all = List.copyOf(all);
    }

    @Override
    public void job(JobStory job) {
        all.forEach(watcher -> watcher.job(job));
    }

    @Override
    public void waited(WaitStory wait) {
        all.forEach(watcher -> watcher.waited(wait));
    }
}
