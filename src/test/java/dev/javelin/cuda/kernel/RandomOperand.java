package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.WeightContent;

/**
 * Random elements that the device and the host make alike, so that no large matrix is copied. Immutable.
 *
 * @param buffer where the device has them
 * @param type of the elements
 * @param content how they are made
 */
record RandomOperand(DeviceBuffer buffer, ElementType type, WeightContent.Random content) {
    /** Makes {@code count} elements with a mean of 0. */
    static RandomOperand of(
            DeviceWork work, RandomFillKernel fill, ElementType type, long count, float deviation, long seed) {
        DeviceBuffer buffer = work.take(count * type.bytes());
        RandomOperand operand = new RandomOperand(buffer, type, new WeightContent.Random(seed, 0, deviation));
        operand.refill(work, fill);
        return operand;
    }

    /** Writes the elements again, after a kernel has changed them. */
    void refill(DeviceWork work, RandomFillKernel fill) {
        fill.launch(work.stream(), buffer, content);
    }

    /** An element as the kernels read it. */
    double value(long index) {
        return ElementBits.value(type, ElementBits.of(type, content.element(index)));
    }

    /** The elements [from, from + count). */
    double[] values(long from, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = value(from + i);
        }
        return values;
    }
}
