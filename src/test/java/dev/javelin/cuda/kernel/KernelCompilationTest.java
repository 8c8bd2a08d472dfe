package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.javelin.cuda.nvrtc.CompilerKit;
import dev.javelin.cuda.nvrtc.ForkedJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class KernelCompilationTest {
    static final List<String> ARCHS = List.of("sm_80", "sm_90a", "sm_100a");

    /** What a line of {@link CompileKernels} begins with. */
    static final String RESULT = "compiled:";

    @TestFactory
    Stream<DynamicTest> everyVariantCompilesForEveryArchitecture() throws IOException {
        Path cubins = Path.of("target", "cubins").toAbsolutePath();
        ForkedJvm.Result result = ForkedJvm.run(
                Duration.ofMinutes(10),
                CompileKernels.class,
                List.of(CompilerKit.folder().toString(), cubins.toString()));
        assertEquals(0, result.exitCode(), result.output());
        Map<String, String[]> lines = new HashMap<>();
        result.output()
                .lines()
                .filter(line -> line.startsWith(RESULT))
                .map(line -> line.split(" ", -1))
                .forEach(line -> lines.put(line[1] + " " + line[2], line));
        List<DynamicTest> tests = new ArrayList<>();
        for (int index = 0; index < KernelVariants.all().size(); index++) {
            for (String arch : ARCHS) {
                String key = index + " " + arch;
                tests.add(DynamicTest.dynamicTest(
                        arch + " " + KernelVariants.all().get(index),
                        () -> assertCompiled(lines.get(key), result.output())));
            }
        }
        return tests.stream();
    }

    private static void assertCompiled(String @Nullable [] line, String output) {
        assertNotNull(line, () -> "no result in " + output);
        if (line[3].equals("-")) {
            fail(new String(Base64.getDecoder().decode(line[4]), StandardCharsets.UTF_8));
        }
        assertTrue(Integer.parseInt(line[4]) > 0, "an empty cubin");
    }
}
