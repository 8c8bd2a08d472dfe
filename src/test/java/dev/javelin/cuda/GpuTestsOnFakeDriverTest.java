package dev.javelin.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.nvrtc.CompilerKit;
import dev.javelin.cuda.nvrtc.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests that need a GPU, as far as they are about calls and not about arithmetic of kernels, on a driver and a
 * matrix library made of C files ({@code src/test/cuda/fake_*.c}) with the real compiler: what the bindings hand over
 * is checked on any machine.
 */
class GpuTestsOnFakeDriverTest {
    private static final List<String> CLASSES = List.of(
            "dev.javelin.cuda.driver.DriverGpuTest",
            "dev.javelin.cuda.memory.MemoryGpuTest",
            "dev.javelin.cuda.nvrtc.NvrtcGpuTest",
            "dev.javelin.cuda.blas.MatmulsGpuTest",
            "dev.javelin.cuda.blas.StreamingSpeedGpuTest");

    @Test
    void allPass(@TempDir Path fakes) throws IOException {
        Path kit = CompilerKit.folder();
        Path sources = Path.of("src", "test", "cuda").toAbsolutePath();
        build(fakes, "libcuda.so.1", List.of(sources.resolve("fake_driver.c").toString()));
        build(
                fakes,
                "libcublasLt.so.13",
                List.of(
                        sources.resolve("fake_cublaslt.c").toString(),
                        fakes.resolve("libcuda.so.1").toString()));
        build(fakes, "libcublas.so.13", List.of());
        String libraries = Stream.of(fakes, kit.resolve("nvidia/cu13/lib"))
                .map(Path::toString)
                .reduce((first, second) -> first + ":" + second)
                .orElseThrow();
        Path unpacked =
                Files.createDirectories(Path.of("target", "cubins", "javacpp")).toAbsolutePath();
        ForkedJvm.Result result = ForkedJvm.run(
                Duration.ofMinutes(5),
                System.getProperty("java.class.path"),
                Map.of("LD_LIBRARY_PATH", libraries),
                List.of("-Dorg.bytedeco.javacpp.cachedir=" + unpacked),
                "org.junit.platform.console.ConsoleLauncher",
                Stream.concat(
                                Stream.of("execute", "--disable-banner", "--disable-ansi-colors", "--details=tree"),
                                CLASSES.stream().map(name -> "--select-class=" + name))
                        .toList());
        System.out.println(result.output());
        assertEquals(0, result.exitCode(), result.output());
        assertTrue(result.output().contains("0 tests failed"), result.output());
    }

    private static void build(Path folder, String soname, List<String> inputs) {
        assertEquals("", CompilerKit.buildLibrary(folder, soname, inputs));
    }
}
