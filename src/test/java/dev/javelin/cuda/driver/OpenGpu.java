package dev.javelin.cuda.driver;

import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;

/**
 * The first GPU with a stream and a compiler, for the tests of one class: opened by the thread that runs them.
 *
 * @param device the first one
 * @param stream of the device
 * @param compiler for the device, without a cache
 */
public record OpenGpu(CudaDevice device, CudaStream stream, KernelCompiler compiler) implements AutoCloseable {
    /** Opens it. */
    public static OpenGpu open() {
        CudaDevice device = CudaDevice.open(0);
        return new OpenGpu(
                device,
                CudaStream.create(),
                new KernelCompiler(device.properties().arch(), CubinCache.none()));
    }

    @Override
    public void close() {
        stream.close();
        device.close();
    }
}
