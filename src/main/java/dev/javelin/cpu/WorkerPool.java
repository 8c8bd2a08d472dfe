package dev.javelin.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that runs one parallel loop after another; the caller works too, as worker 0. Confined to one
 * calling thread at a time.
 *
 * <p>A loop is published as one word, {@code generation << 32 | chunks left}, and a chunk is claimed by counting that
 * word down: a worker that wakes late finds nothing left and holds nobody up, for the caller waits for claimed chunks
 * only, never for workers. Between loops a worker spins briefly, then parks, so that an idle runner costs nothing.
 */
final class WorkerPool implements AutoCloseable {
    private static final int SPINS_BEFORE_PARK = 4000;
    private static final int SPINS_BEFORE_YIELD = 20_000;
    private static final long CHUNKS_LEFT = 0xFFFFFFFFL;

    private final List<Worker> workers = new ArrayList<>();
    private final AtomicLong state = new AtomicLong();
    private final AtomicInteger completedChunks = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean closed;
    private long generation;
    private Loop loop = (chunk, worker) -> {};

    /** The body of a parallel loop. */
    interface Loop {
        /**
         * Runs one chunk.
         *
         * @param chunk from the loop's count less one down to 0, each once
         * @param worker which worker runs it, from 0: indexes scratch memory
         */
        void run(int chunk, int worker);
    }

    /** A team of as many threads, the caller counted. */
    WorkerPool(int threadCount) {
        for (int i = 1; i < threadCount; i++) {
            Worker worker = new Worker(i);
            workers.add(worker);
            worker.thread.start();
        }
    }

    int threadCount() {
        return workers.size() + 1;
    }

    /** Runs a loop's chunks on all threads and returns when all are done; the first exception is thrown again. */
    @SuppressWarnings("ThreadPriorityCheck") // yields only where more threads than cores want to run
    void run(Loop body, int chunkCount) {
        if (chunkCount <= 1 || workers.isEmpty()) {
            for (int chunk = chunkCount - 1; chunk >= 0; chunk--) {
                body.run(chunk, 0);
            }
            return;
        }
        loop = body;
        completedChunks.set(0);
        generation++;
        state.set(generation << 32 | chunkCount);
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).wake();
        }
        work(0);
        for (int spins = 0; completedChunks.get() < chunkCount; spins++) {
            if (spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        Throwable thrown = failure.getAndSet(null);
        if (thrown != null) {
            throw new IllegalStateException("a CPU worker failed", thrown);
        }
    }

    /** Claims and runs chunks until none is left. */
    private void work(int worker) {
        while (true) {
            long seen = state.get();
            if ((seen & CHUNKS_LEFT) == 0) {
                return;
            }
            if (!state.compareAndSet(seen, seen - 1)) {
                continue;
            }
            try {
                loop.run((int) (seen & CHUNKS_LEFT) - 1, worker);
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            } finally {
                completedChunks.incrementAndGet();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker.thread);
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            while (worker.thread.isAlive()) {
                try {
                    worker.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        workers.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One thread of the team. */
    private final class Worker {
        private final int index;
        private final Thread thread;
        private volatile boolean parked;

        Worker(int index) {
            this.index = index;
            this.thread =
                    Thread.ofPlatform().daemon().name("cpu-worker-" + index).unstarted(this::live);
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(thread);
            }
        }

        private void live() {
            int spins = 0;
            while (!closed) {
                if ((state.get() & CHUNKS_LEFT) != 0) {
                    work(index);
                    spins = 0;
                } else if (++spins < SPINS_BEFORE_PARK) {
                    Thread.onSpinWait();
                } else {
                    parkUntilWork();
                    spins = 0;
                }
            }
        }

        private void parkUntilWork() {
            parked = true;
            // seen after parked is published: a loop published before is found here, one after finds parked
            if ((state.get() & CHUNKS_LEFT) == 0 && !closed) {
                LockSupport.park(this);
            }
            parked = false;
        }
    }
}
