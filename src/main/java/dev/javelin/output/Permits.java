package dev.javelin.output;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests may wait. Thread-safe and lock-free. */
final class Permits {
    private final int limitCount;
    private final AtomicInteger takenCount = new AtomicInteger();

    Permits(int limitCount) {
        this.limitCount = limitCount;
    }

    boolean tryTake() {
        while (true) {
            int taken = takenCount.get();
            if (taken >= limitCount) {
                return false;
            }
            if (takenCount.compareAndSet(taken, taken + 1)) {
                return true;
            }
        }
    }

    void giveBack() {
        takenCount.decrementAndGet();
    }

    int takenCount() {
        return takenCount.get();
    }

    int limitCount() {
        return limitCount;
    }
}
