package dev.javelin.cuda.nvrtc;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One kernel file with the constants that it is compiled with. Immutable.
 *
 * @param file name under {@code /cuda/} on the class path, e.g. {@code rms_norm.cu}
 * @param defines macro to value; an empty value defines the macro alone ({@code -DELEMENT_F16})
 */
public record KernelSource(String file, Map<String, String> defines) {
    /** Copies the map, sorted, so that equal sources have equal keys. */
    public KernelSource {
        if (!file.endsWith(".cu")) {
            throw new IllegalArgumentException("a kernel's file ends in .cu, not " + file);
        }
        defines = Collections.unmodifiableMap(new TreeMap<>(defines));
    }

    /** The macros as compiler options. */
    String[] options() {
        return defines.entrySet().stream()
                .map(define -> "-D" + define.getKey() + (define.getValue().isEmpty() ? "" : "=" + define.getValue()))
                .toArray(String[]::new);
    }

    @Override
    public String toString() {
        return file + " " + String.join(" ", options());
    }
}
