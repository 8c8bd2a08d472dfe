package dev.javelin.cuda.nvrtc;

import dev.javelin.cuda.driver.CudaModule;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles kernels for one architecture, or takes them from the cache. Thread-safe: immutable, and a compilation shares
 * nothing with another, so many may run at once.
 */
public final class KernelCompiler {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCompiler.class);

    /** Bump where the same sources and options give another cubin. */
    private static final List<String> OPTIONS = List.of("--std=c++17", "-default-device", "-fmad=true");

    private final String arch;
    private final CubinCache cache;

    /**
     * A compiler.
     *
     * @param arch as {@link dev.javelin.cuda.driver.DeviceProperties#arch} gives it, e.g. {@code sm_90a}
     * @param cache where cubins are kept
     */
    public KernelCompiler(String arch, CubinCache cache) {
        this.arch = arch;
        this.cache = cache;
    }

    /** The architecture it compiles for. */
    public String arch() {
        return arch;
    }

    /**
     * Compiles and loads into the calling thread's device; the caller owns the module.
     *
     * @throws dev.javelin.error.JavelinException INTERNAL with the compiler's whole log
     */
    public CudaModule compile(KernelSource source) {
        return CudaModule.load(cubin(source));
    }

    /**
     * Compiles only, which needs no device and may run on any thread.
     *
     * @throws dev.javelin.error.JavelinException INTERNAL with the compiler's whole log
     */
    public byte[] cubin(KernelSource source) {
        SourceFiles files = SourceFiles.of(source);
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("-arch=" + arch);
        options.addAll(List.of(source.options()));
        String key = key(source, files, options);
        return cache.tryRead(key).orElseGet(() -> {
            long beginNanos = System.nanoTime();
            byte[] cubin = NvrtcProgram.compile(source, files, options);
            LOG.debug("{} for {}: compiled in {} ms", source, arch, (System.nanoTime() - beginNanos) / 1_000_000);
            cache.write(key, cubin);
            return cubin;
        });
    }

    private static String key(KernelSource source, SourceFiles files, List<String> options) {
        List<String> texts = new ArrayList<>(List.of(NvrtcProgram.version(), source.file(), files.text()));
        files.headers().forEach((name, text) -> texts.addAll(List.of(name, text)));
        texts.addAll(options);
        return CubinCache.key(texts);
    }
}
