package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What C2 needs of the kernels' bytecode to keep vectors in registers, whatever it compiles first. */
class VectorMethodsTest {
    /** C2's {@code MaxInlineSize}: what is longer is inlined only where a profile says that it is hot. */
    private static final int ALWAYS_INLINED_BYTES = 35;

    @Test
    void methodsThatPassVectorsAreShortEnoughToBeInlinedAlways() throws IOException {
        Path classes = Path.of("target/classes/dev/javelin/cpu");
        List<String> tooLong = new ArrayList<>();
        int passing = 0;
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                ClassModel model = ClassFile.of().parse(file);
                for (MethodModel method : model.methods()) {
                    if (!method.methodType().stringValue().contains("jdk/incubator/vector/")) {
                        continue;
                    }
                    passing++;
                    int bytes = method.findAttribute(Attributes.code())
                            .map(CodeAttribute::codeLength)
                            .orElse(0);
                    if (bytes > ALWAYS_INLINED_BYTES) {
                        tooLong.add(file.getFileName() + " " + method.methodName() + ": " + bytes);
                    }
                }
            }
        }
        assertTrue(passing > 10, "only " + passing + " methods pass vectors: are these the kernels?");
        assertEquals(List.of(), tooLong);
    }
}
