package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    @Test
    void runsEveryChunkExactlyOnceInEveryLoop() {
        try (WorkerPool pool = new WorkerPool(4)) {
            for (int round = 0; round < 3000; round++) {
                int chunks = round % 37;
                AtomicIntegerArray runs = new AtomicIntegerArray(37);
                pool.run((chunk, worker) -> runs.incrementAndGet(chunk), chunks);
                for (int i = 0; i < 37; i++) {
                    assertEquals(i < chunks ? 1 : 0, runs.get(i), "round " + round + ", chunk " + i);
                }
                if (round % 500 == 0) {
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }
    }

    @Test
    void throwsWhatAChunkThrewAndGoesOn() {
        try (WorkerPool pool = new WorkerPool(3)) {
            IllegalArgumentException planted = new IllegalArgumentException("planted");
            WorkerPool.Loop failing = (chunk, worker) -> {
                if (chunk == 5) {
                    throw planted;
                }
            };
            IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> pool.run(failing, 20));
            assertSame(planted, thrown.getCause());
            AtomicIntegerArray runs = new AtomicIntegerArray(9);
            pool.run((chunk, worker) -> runs.incrementAndGet(chunk), 9);
            assertEquals(1, runs.get(8));
        }
    }

    @Test
    void parksWhenIdleAndEndsWithClose() throws InterruptedException {
        WorkerPool pool = new WorkerPool(2);
        pool.run((chunk, worker) -> {}, 8);
        Thread worker = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("cpu-worker-1") && thread.isAlive())
                .reduce((first, second) -> second)
                .orElseThrow();
        for (int i = 0; i < 1000 && worker.getState() != Thread.State.WAITING; i++) {
            LockSupport.parkNanos(5_000_000);
        }
        assertEquals(Thread.State.WAITING, worker.getState());
        pool.close();
        pool.close();
        worker.join(5000);
        assertTrue(!worker.isAlive());
    }
}
