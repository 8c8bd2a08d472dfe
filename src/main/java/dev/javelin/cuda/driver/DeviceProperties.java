package dev.javelin.cuda.driver;

/**
 * What a device is. Immutable.
 *
 * @param name marketing name, e.g. {@code NVIDIA H100 80GB HBM3}
 * @param computeMajor compute capability, e.g. 9
 * @param computeMinor e.g. 0
 * @param multiprocessors count of streaming multiprocessors
 * @param totalBytes device memory
 * @param l2Bytes second-level cache
 * @param sharedBytesPerBlock most shared memory that a block may have, opt-in included
 * @param sharedBytesPerMultiprocessor shared memory of all resident blocks together
 * @param clockKilohertz peak clock
 * @param driverVersion CUDA version that the driver supports, 1000 * major + 10 * minor
 * @param runtimeVersion version of the loaded libcudart, coded alike
 */
public record DeviceProperties(
        String name,
        int computeMajor,
        int computeMinor,
        int multiprocessors,
        long totalBytes,
        long l2Bytes,
        int sharedBytesPerBlock,
        int sharedBytesPerMultiprocessor,
        int clockKilohertz,
        int driverVersion,
        int runtimeVersion) {

    /**
     * The target that kernels are compiled for, e.g. {@code sm_80}. From 9.0 on it is the one with the features of just
     * this architecture ({@code sm_90a}, {@code sm_100a}), which wgmma and tcgen05 need.
     */
    public String arch() {
        return "sm_" + computeMajor + computeMinor + (computeMajor >= 9 ? "a" : "");
    }

    /** A coded CUDA version as people write it, e.g. 13000 as {@code 13.0}. */
    public static String versionText(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }
}
