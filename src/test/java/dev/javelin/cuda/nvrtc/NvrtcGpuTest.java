package dev.javelin.cuda.nvrtc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.OpenGpu;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("gpu")
class NvrtcGpuTest {
    private static final KernelSource PROBE = new KernelSource("driver_probe.cu", Map.of());

    private static OpenGpu gpu;

    @BeforeAll
    static void open() {
        gpu = OpenGpu.open();
    }

    @AfterAll
    static void close() {
        gpu.close();
    }

    @Test
    void compilesOnceAndReadsTheCacheAfterwards(@TempDir Path folder) throws IOException {
        KernelCompiler compiler = new KernelCompiler(gpu.compiler().arch(), CubinCache.in(folder));
        long begin = System.nanoTime();
        byte[] compiled = compiler.cubin(PROBE);
        long between = System.nanoTime();
        byte[] cached = compiler.cubin(PROBE);
        long end = System.nanoTime();
        try (CudaModule module = compiler.compile(PROBE)) {
            assertEquals("probe_add", module.function("probe_add").name());
        }
        System.out.println("compiled in " + (between - begin) / 1000 + " us, cached in " + (end - between) / 1000
                + " us, loaded in " + (System.nanoTime() - end) / 1000 + " us");
        assertArrayEquals(compiled, cached);
        assertEquals(1, entries(folder).size());
        compiler.cubin(new KernelSource("driver_probe.cu", Map.of("ELEMENT_F16", "")));
        assertEquals(2, entries(folder).size());
    }

    @Test
    void compilesAgainWhatTheDiskHasSpoilt(@TempDir Path folder) throws IOException {
        KernelCompiler compiler = new KernelCompiler(gpu.compiler().arch(), CubinCache.in(folder));
        byte[] compiled = compiler.cubin(PROBE);
        Path entry = entries(folder).getFirst();
        Files.write(entry, new byte[] {1, 2, 3});
        compiler.compile(PROBE).close();
        assertEquals(1, entries(folder).size());
        assertEquals(compiled.length + 36, Files.size(entry));
    }

    @Test
    void manyThreadsCompileAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<byte[]>> cubins = new ArrayList<>();
            for (int index = 0; index < 8; index++) {
                KernelSource source = new KernelSource("driver_probe.cu", Map.of("PLACE", String.valueOf(index)));
                cubins.add(threads.submit(() -> gpu.compiler().cubin(source)));
            }
            for (Future<byte[]> cubin : cubins) {
                CudaModule.load(cubin.get()).close();
            }
        }
    }

    @Test
    void showsTheCompilersWholeLog() {
        KernelSource broken = new KernelSource("broken.cu", Map.of("WIDTH", "4"));
        JavelinException failed =
                assertThrows(JavelinException.class, () -> gpu.compiler().cubin(broken));
        assertEquals(ErrorCode.INTERNAL, failed.code());
        assertTrue(
                failed.reason().startsWith("kernel broken.cu -DWIDTH=4 does not compile (NVRTC_ERROR_COMPILATION):\n"),
                failed.reason());
        assertTrue(
                failed.reason().contains("broken.cu(3): error: identifier \"undeclared\" is undefined"),
                failed.reason());
        assertTrue(failed.reason().contains("1 error detected"), failed.reason());
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
