package dev.javelin.cuda.nvrtc;

import dev.javelin.cuda.driver.CudaLibraries;
import dev.javelin.cuda.driver.CudaLibrary;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of NVRTC. Stateless between runs, any thread. */
final class NvrtcProgram {
    private static final Logger LOG = LoggerFactory.getLogger(NvrtcProgram.class);

    private NvrtcProgram() {}

    /** The compiler's version, part of every cache key: {@code 13.0}. */
    static String version() {
        CudaLibraries.require(CudaLibrary.forCompiler());
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion", "compiler");
        return major[0] + "." + minor[0];
    }

    /** The cubin; INTERNAL with the whole log where the source does not compile. */
    static byte[] compile(KernelSource source, SourceFiles files, List<String> options) {
        _nvrtcProgram program = new _nvrtcProgram();
        try (NativeTexts headers = new NativeTexts(files.headers().values());
                NativeTexts names = new NativeTexts(files.headers().keySet());
                NativeTexts arguments = new NativeTexts(options);
                BytePointer text = new BytePointer(files.text(), StandardCharsets.UTF_8);
                BytePointer name = new BytePointer(source.file(), StandardCharsets.UTF_8)) {
            check(
                    nvrtc.nvrtcCreateProgram(
                            program, text, name, headers.count(), headers.pointers(), names.pointers()),
                    "nvrtcCreateProgram",
                    source.toString());
            try {
                int status = nvrtc.nvrtcCompileProgram(program, arguments.count(), arguments.pointers());
                String log = log(program, source);
                if (status != nvrtc.NVRTC_SUCCESS) {
                    throw new JavelinException(
                            ErrorCode.INTERNAL,
                            "kernel " + source + " does not compile (" + describe(status) + "):\n" + log);
                }
                if (!log.isBlank()) {
                    LOG.debug("{}: {}", source, log);
                }
                return cubin(program, source);
            } finally {
                nvrtc.nvrtcDestroyProgram(program);
            }
        }
    }

    private static byte[] cubin(_nvrtcProgram program, KernelSource source) {
        try (SizeTPointer length = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetCUBINSize(program, length), "nvrtcGetCUBINSize", source.toString());
            byte[] cubin = new byte[Math.toIntExact(length.get())];
            check(nvrtc.nvrtcGetCUBIN(program, cubin), "nvrtcGetCUBIN", source.toString());
            return cubin;
        }
    }

    private static String log(_nvrtcProgram program, KernelSource source) {
        try (SizeTPointer length = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetProgramLogSize(program, length), "nvrtcGetProgramLogSize", source.toString());
            byte[] log = new byte[Math.toIntExact(length.get())];
            check(nvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog", source.toString());
            int end = log.length > 0 && log[log.length - 1] == 0 ? log.length - 1 : log.length;
            return new String(log, 0, end, StandardCharsets.UTF_8);
        }
    }

    private static void check(int status, String call, String what) {
        if (status != nvrtc.NVRTC_SUCCESS) {
            throw new JavelinException(ErrorCode.INTERNAL, call + ": " + describe(status) + " (" + what + ")");
        }
    }

    private static String describe(int status) {
        return nvrtc.nvrtcGetErrorString(status).getString(StandardCharsets.US_ASCII);
    }

    /** Native copies of texts with an array of their addresses. Confined to one call. */
    private static final class NativeTexts implements AutoCloseable {
        private final List<BytePointer> texts = new ArrayList<>();
        private final PointerPointer<BytePointer> pointers;

        NativeTexts(Collection<String> values) {
            values.forEach(value -> texts.add(new BytePointer(value, StandardCharsets.UTF_8)));
            this.pointers = new PointerPointer<>(texts.toArray(new BytePointer[0]));
        }

        int count() {
            return texts.size();
        }

        PointerPointer<BytePointer> pointers() {
            return pointers;
        }

        @Override
        public void close() {
            pointers.close();
            texts.forEach(BytePointer::close);
        }
    }
}
