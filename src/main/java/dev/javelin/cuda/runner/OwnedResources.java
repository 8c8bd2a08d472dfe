package dev.javelin.cuda.runner;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayDeque;

/** What was made in order and is closed in reverse. Confined to one thread at a time. */
final class OwnedResources implements AutoCloseable {
    private final ArrayDeque<AutoCloseable> resources = new ArrayDeque<>();

    /** Takes over a resource and gives it back for use. */
    <T extends AutoCloseable> T own(T resource) {
        resources.addLast(resource);
        return resource;
    }

    /** Closes what is left; the first failure is thrown when all have been tried. */
    @Override
    public void close() {
        JavelinException failure = null;
        while (!resources.isEmpty()) {
            AutoCloseable resource = resources.removeLast();
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e instanceof JavelinException known
                            ? known
                            : new JavelinException(ErrorCode.INTERNAL, resource + " does not close: " + e, e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
