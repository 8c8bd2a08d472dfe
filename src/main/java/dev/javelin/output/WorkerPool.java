package dev.javelin.output;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run tasks from one queue, in order of arrival. Thread-safe. {@link #execute} neither locks nor blocks,
 * which the JDK's pools do not promise: it is called by event loops and by the engine thread.
 */
public final class WorkerPool implements Executor, AutoCloseable {
    private static final Logger LOG = System.getLogger(WorkerPool.class.getName());

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Thread> idleThreads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingTasks = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final int capacityTasks;
    private volatile boolean closed;

    /**
     * Starts the threads; they are daemons.
     *
     * @param name threads are called {@code name-0}, {@code name-1}, ...
     * @param threadCount how many, at least 1; with one, tasks run strictly one after another
     * @param capacityTasks most tasks that may wait; more are rejected
     */
    public WorkerPool(String name, int threadCount, int capacityTasks) {
        this.capacityTasks = capacityTasks;
        for (int i = 0; i < threadCount; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).unstarted(this::runTasks));
        }
        threads.forEach(Thread::start);
    }

    /**
     * Appends a task.
     *
     * @throws RejectedExecutionException if the queue is full or the pool closed
     */
    @Override
    public void execute(Runnable task) {
        if (closed || waitingTasks.incrementAndGet() > capacityTasks) {
            if (!closed) {
                waitingTasks.decrementAndGet();
            }
            throw new RejectedExecutionException(closed ? "closed" : capacityTasks + " tasks are waiting");
        }
        tasks.add(task);
        Thread idle = idleThreads.poll();
        if (idle != null) {
            LockSupport.unpark(idle);
        }
    }

    private void runTasks() {
        while (true) {
            Runnable task = tasks.poll();
            if (task == null) {
                if (closed) {
                    return;
                }
                park();
            } else {
                waitingTasks.decrementAndGet();
                run(task);
            }
        }
    }

    /** A thread announces itself before it looks again, so that a task added in between finds it. */
    private void park() {
        Thread current = Thread.currentThread();
        idleThreads.add(current);
        if (tasks.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idleThreads.remove(current);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a task failed; the others go on", e);
        }
    }

    /** Takes no new tasks; threads end when the waiting ones have run. Idempotent; does not wait. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(LockSupport::unpark);
    }
}
