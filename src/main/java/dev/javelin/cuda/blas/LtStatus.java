package dev.javelin.cuda.blas;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.cublas;

/** Turns a status of cuBLASLt into an exception. Stateless, any thread. */
final class LtStatus {
    private LtStatus() {}

    static void check(int status, String call, String what) {
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw failure(status, call, what);
        }
    }

    static JavelinException failure(int status, String call, String what) {
        return new JavelinException(
                ErrorCode.DEVICE_FAILED,
                call + ": " + cublas.cublasLtGetStatusName(status).getString(StandardCharsets.US_ASCII) + " "
                        + cublas.cublasLtGetStatusString(status).getString(StandardCharsets.US_ASCII) + " (" + what
                        + ")");
    }
}
