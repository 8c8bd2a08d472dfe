package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaLibraries;
import dev.javelin.cuda.driver.CudaLibrary;
import dev.javelin.cuda.driver.LibraryOutcome;
import dev.javelin.cuda.driver.LibrarySearch;
import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.error.JavelinException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compiles every variant for every architecture. Arguments: folder of libraries, folder of cubins. Prints a line for
 * each, {@code index arch millis bytes} or {@code index arch - message in base64}; runs in a JVM of its own.
 */
final class CompileKernels {
    private CompileKernels() {}

    public static void main(String[] arguments) throws InterruptedException {
        LibrarySearch search = new LibrarySearch(
                List.of(Path.of(arguments[0])), Path.of(arguments[1], "javacpp"), CudaLibrary.forCompiler());
        if (CudaLibraries.load(search) instanceof LibraryOutcome.Missing missing) {
            System.out.println(missing.reason());
            System.exit(1);
        }
        CubinCache cache = CubinCache.in(Path.of(arguments[1]));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<String>> lines = new ArrayList<>();
            for (String arch : KernelCompilationTest.ARCHS) {
                KernelCompiler compiler = new KernelCompiler(arch, cache);
                for (int index = 0; index < KernelVariants.all().size(); index++) {
                    int variant = index;
                    lines.add(threads.submit(() -> line(compiler, variant)));
                }
            }
            for (Future<String> line : lines) {
                System.out.println(line.get());
            }
        } catch (ExecutionException broken) {
            broken.printStackTrace();
            System.exit(1);
        }
    }

    private static String line(KernelCompiler compiler, int index) {
        KernelSource source = KernelVariants.all().get(index);
        String head = KernelCompilationTest.RESULT + " " + index + " " + compiler.arch() + " ";
        long beginNanos = System.nanoTime();
        try {
            byte[] cubin = compiler.cubin(source);
            return head + (System.nanoTime() - beginNanos) / 1_000_000 + " " + cubin.length;
        } catch (JavelinException | IllegalArgumentException refused) {
            byte[] message = String.valueOf(refused.getMessage()).getBytes(StandardCharsets.UTF_8);
            return head + "- " + Base64.getEncoder().encodeToString(message);
        }
    }
}
