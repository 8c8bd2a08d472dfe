package dev.javelin.cuda.driver;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;

/**
 * Turns a status of the CUDA driver into an exception. Stateless, any thread.
 *
 * <p>The message reads {@code cuLaunchKernel: CUDA_ERROR_INVALID_VALUE invalid argument (kernel rms_norm, ...)}.
 */
public final class CudaStatus {
    private CudaStatus() {}

    /** Throws DEVICE_FAILED unless the call succeeded; {@code what} names the object at fault. */
    public static void check(int status, String call, String what) {
        if (status != cudart.CUDA_SUCCESS) {
            throw failure(status, call, what);
        }
    }

    /** The DEVICE_FAILED exception of a call that did not succeed. */
    public static JavelinException failure(int status, String call, String what) {
        return new JavelinException(ErrorCode.DEVICE_FAILED, call + ": " + describe(status) + " (" + what + ")");
    }

    /** Name and text of a status, e.g. {@code CUDA_ERROR_NO_DEVICE no CUDA-capable device is detected}. */
    public static String describe(int status) {
        try (BytePointer name = new BytePointer();
                BytePointer text = new BytePointer()) {
            if (cudart.cuGetErrorName(status, name) != cudart.CUDA_SUCCESS
                    || cudart.cuGetErrorString(status, text) != cudart.CUDA_SUCCESS) {
                return "status " + status;
            }
            return name.getString(StandardCharsets.US_ASCII) + " " + text.getString(StandardCharsets.US_ASCII);
        }
    }
}
