package dev.javelin.bench;

/** Measures the ceilings of the device at hand. Called once, by the main thread, while the runner is idle. */
@FunctionalInterface
public interface CeilingsSource {
    /**
     * Measures.
     *
     * @throws dev.javelin.error.JavelinException DEVICE_FAILED or OUT_OF_MEMORY
     */
    DeviceCeilings measure();
}
