package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * How many parameters a kernel declares, and which have eight bytes. Immutable.
 *
 * @param kernel the kernel's name, for messages
 * @param count parameters
 * @param wideMask bit i is set where parameter i has eight bytes
 */
record ParameterLayout(String kernel, int count, long wideMask) {

    /** Asks the driver. */
    static ParameterLayout of(String kernel, CUfunc_st function) {
        int count = 0;
        long wideMask = 0;
        try (SizeTPointer offset = new SizeTPointer(1);
                SizeTPointer width = new SizeTPointer(1)) {
            while (cudart.cuFuncGetParamInfo(function, count, offset, width) == cudart.CUDA_SUCCESS) {
                long widthBytes = width.get();
                if (count == KernelArguments.MAX_ARGUMENTS
                        || (widthBytes != Integer.BYTES && widthBytes != Long.BYTES)) {
                    throw new IllegalArgumentException("kernel " + kernel + " declares parameter " + count + " of "
                            + widthBytes + " bytes; at most " + KernelArguments.MAX_ARGUMENTS
                            + " parameters of 4 or 8 bytes can be passed");
                }
                wideMask |= widthBytes == Long.BYTES ? 1L << count : 0;
                count++;
            }
        }
        return new ParameterLayout(kernel, count, wideMask);
    }

    /** Throws IllegalArgumentException unless the arguments have the declared number and widths. */
    void requireMatch(KernelArguments arguments) {
        if (arguments.count() != count || arguments.wideMask() != wideMask) {
            throw new IllegalArgumentException("kernel " + kernel + " takes " + widths(count, wideMask) + ", got "
                    + widths(arguments.count(), arguments.wideMask()));
        }
    }

    private static String widths(int count, long wideMask) {
        StringBuilder text = new StringBuilder().append(count).append(" arguments of (");
        for (int index = 0; index < count; index++) {
            text.append(index == 0 ? "" : " ").append(((wideMask >>> index) & 1) == 1 ? Long.BYTES : Integer.BYTES);
        }
        return text.append(") bytes").toString();
    }
}
