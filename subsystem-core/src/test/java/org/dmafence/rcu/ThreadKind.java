package org.dmafence.rcu;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Kinds of threads that may read. */
record ThreadKind(String name, Starter starter) {

    /** Makes a thread that has not started. */
    interface Starter {
        Thread create(Runnable task);
    }

    /** All kinds this JVM has; virtual threads are left out before JDK 21. */
    static Stream<ThreadKind> all() {
        List<ThreadKind> kinds = new ArrayList<>();
        kinds.add(new ThreadKind("platform", task -> new Thread(task, "test-platform")));
        kinds.add(new ThreadKind("rcu", task -> new RcuThread(task, "test-rcu")));
        try {
            Method ofVirtual = Thread.class.getMethod("ofVirtual");
            Method unstarted = Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class);
            kinds.add(new ThreadKind("virtual", task -> {
                try {
                    return (Thread) unstarted.invoke(ofVirtual.invoke(null), task);
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("Thread.ofVirtual", e);
                }
            }));
        } catch (ReflectiveOperationException noVirtualThreads) {
            // an older JVM: the kind does not exist there
        }
        return kinds.stream();
    }

    @Override
    public String toString() {
        return name;
    }
}
