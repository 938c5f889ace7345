package org.dmafence.bench;

import java.util.List;
import java.util.stream.Stream;

/** All groups, in the order in which they are measured. */
final class Groups {
    private static final List<Group> ALL = Stream.of(
                    RcuGroups.all(), FenceGroups.all(), MemoryGroups.all(), SystemGroups.all(), List.of(Crowd.group()))
            .flatMap(List::stream)
            .toList();

    private Groups() {}

    static List<Group> all() {
        return ALL;
    }

    /** One of these, or a curve's. */
    static Group named(String name) {
        return Stream.concat(ALL.stream(), Curves.all().stream().map(Curve::group))
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no group \"" + name + "\""));
    }
}
