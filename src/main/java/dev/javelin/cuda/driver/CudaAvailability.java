package dev.javelin.cuda.driver;

import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.global.cudart;

/** Whether this machine can run the CUDA runner. Immutable. */
public sealed interface CudaAvailability {

    /** Oldest CUDA version of a driver that runs our libraries, 1000 * major + 10 * minor. */
    int MIN_DRIVER_VERSION = 13_000;

    /**
     * It can.
     *
     * @param devices what this process sees, in the order of their indices; at least one
     */
    record Available(List<DeviceProperties> devices) implements CudaAvailability {
        /** Copies the list. */
        public Available {
            devices = List.copyOf(devices);
        }
    }

    /**
     * It cannot.
     *
     * @param reason what is missing and what brings it
     */
    record Unavailable(String reason) implements CudaAvailability {}

    /**
     * Looks, without making a context: a GPU that is full or busy is available. Never throws, and touches no class of
     * the bindings unless the driver and every library are there.
     */
    static CudaAvailability probe(LibrarySearch search) {
        if (CudaLibraries.load(search) instanceof LibraryOutcome.Missing missing) {
            return new Unavailable(missing.reason());
        }
        try {
            return ofDriver();
        } catch (JavelinException refused) {
            return new Unavailable(refused.reason());
        } catch (LinkageError | RuntimeException broken) {
            return new Unavailable("CUDA's bindings do not load: " + broken);
        }
    }

    private static CudaAvailability ofDriver() {
        int deviceCount = CudaDevice.count();
        if (deviceCount == 0) {
            return new Unavailable("the NVIDIA driver sees no GPU (CUDA_VISIBLE_DEVICES can hide them)");
        }
        List<DeviceProperties> devices = new ArrayList<>();
        for (int index = 0; index < deviceCount; index++) {
            int[] device = new int[1];
            CudaStatus.check(cudart.cuDeviceGet(device, index), "cuDeviceGet", "GPU " + index);
            devices.add(CudaDevice.readProperties(device[0]));
        }
        int driverVersion = devices.getFirst().driverVersion();
        if (driverVersion < MIN_DRIVER_VERSION) {
            return new Unavailable("the NVIDIA driver supports CUDA " + DeviceProperties.versionText(driverVersion)
                    + ", Javelin needs " + DeviceProperties.versionText(MIN_DRIVER_VERSION)
                    + "; install driver 580 or newer");
        }
        return new Available(devices);
    }
}
