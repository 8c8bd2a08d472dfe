package dev.javelin.ownership;

/**
 * The one thread that may call an object. Thread-safe: the owner is the first thread that asserts, until
 * {@link #release()} lets another take over.
 */
public final class OwnerThread {
    private static final long NOBODY = -1;

    private volatile long ownerThreadId = NOBODY;

    /** A free object: the first thread to assert becomes the owner. */
    public OwnerThread() {}

    /**
     * Makes the current thread the owner if there is none.
     *
     * @throws IllegalStateException if another thread owns the object
     */
    public void assertCurrent() {
        long current = Thread.currentThread().threadId();
        if (ownerThreadId != current) {
            claim(current);
        }
    }

    private synchronized void claim(long current) {
        if (ownerThreadId != NOBODY) {
            throw new IllegalStateException("called by thread " + current + ", owned by thread " + ownerThreadId);
        }
        ownerThreadId = current;
    }

    /** Gives the object up, so that the next thread to assert owns it. Only the owner may call it. */
    public void release() {
        assertCurrent();
        ownerThreadId = NOBODY;
    }
}
