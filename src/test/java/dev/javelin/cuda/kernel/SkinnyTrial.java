package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Random operands of one product, and its slow twin in double. Confined to the test's thread. */
final class SkinnyTrial {
    private static final float EPSILON = 1e-5f;
    private static final float WEIGHT_OFFSET = 0.25f;

    private final DeviceWork work;
    private final RandomFillKernel fill;
    private final ElementType type;
    private final SkinnyShape shape;
    private final int rows;
    private final RandomOperand x;
    private final RandomOperand gains;
    private final RandomOperand weights;
    private final RandomOperand before;
    private final DeviceBuffer y;

    SkinnyTrial(DeviceWork work, RandomFillKernel fill, ElementType type, SkinnyShape shape, int rows) {
        this.work = work;
        this.fill = fill;
        this.type = type;
        this.shape = shape;
        this.rows = rows;
        x = RandomOperand.of(work, fill, type, (long) rows * shape.inputs(), 1, 11);
        gains = RandomOperand.of(work, fill, type, shape.inputs(), 1, 12);
        float deviation = (float) (1 / Math.sqrt(shape.inputs()));
        weights = RandomOperand.of(work, fill, type, (long) shape.weightRows() * shape.inputs(), deviation, 13);
        before = RandomOperand.of(work, fill, type, (long) rows * shape.outputs(), 1, 14);
        y = work.take(shape.outputBytes(rows));
    }

    /** The norm that a normed product does first. */
    NormParameters norm() {
        return new NormParameters(gains.buffer(), new DeviceBuffer(0, 0), EPSILON, WEIGHT_OFFSET);
    }

    DeviceBuffer x() {
        return x.buffer();
    }

    /** What the product gives for the rows from {@code first} on, as the bits of y; elsewhere y is not written. */
    int[] run(SkinnyProduct product, int first, int count) {
        DeviceBuffer from = x.buffer().slice(shape.inputBytes(first), shape.inputBytes(count));
        return run(product, from, first, count);
    }

    /** The same for rows of x that lie elsewhere. */
    int[] run(SkinnyProduct product, DeviceBuffer from, int first, int count) {
        boolean adds = shape.output() == SkinnyShape.Output.RESIDUAL;
        DeviceBuffer all = adds ? before.buffer() : y;
        if (adds) {
            before.refill(work, fill);
        } else {
            work.poison(y);
        }
        DeviceBuffer to = all.slice(shape.outputBytes(first), shape.outputBytes(count));
        launch(work.stream(), product, from, to, count);
        return bits(to);
    }

    private void launch(CudaStream stream, SkinnyProduct product, DeviceBuffer from, DeviceBuffer to, int count) {
        if (product.shape().normedInput()) {
            product.launchNormed(stream, SkinnyInput.of(from, norm()), weights.buffer(), to, count);
        } else {
            product.launch(stream, from, weights.buffer(), to, count);
        }
    }

    private int[] bits(DeviceBuffer buffer) {
        if (shape.output() == SkinnyShape.Output.FLOATS) {
            float[] values = work.downloadFloats(buffer);
            return IntStream.range(0, values.length)
                    .map(i -> Float.floatToRawIntBits(values[i]))
                    .toArray();
        }
        short[] values = work.download(buffer);
        return IntStream.range(0, values.length).map(i -> values[i]).toArray();
    }

    /** The largest of the rows' relative errors. */
    double error(int[] bits) {
        return IntStream.range(0, rows)
                .mapToDouble(row -> error(bits, row))
                .reduce(0, (a, b) -> Double.isNaN(b) || b > a ? b : a);
    }

    /** How large it may be: the rounding of y; else what is left is a norm's rounding, or the order of additions. */
    double tolerance() {
        double rounding = 0.7 * ElementBits.unitRoundoff(type);
        return switch (shape.output()) {
            case GATED -> 2 * rounding;
            case FLOATS -> shape.normedInput() ? rounding / 4 : 2e-5;
            case ELEMENTS, RESIDUAL -> rounding;
        };
    }

    private double error(int[] bits, int row) {
        double[] expected = expected(row);
        double difference = 0;
        double size = 0;
        for (int n = 0; n < expected.length; n++) {
            int at = bits[row * shape.outputs() + n];
            double actual = shape.output() == SkinnyShape.Output.FLOATS
                    ? Float.intBitsToFloat(at)
                    : ElementBits.value(type, (short) at);
            difference += (actual - expected[n]) * (actual - expected[n]);
            size += expected[n] * expected[n];
        }
        return Math.sqrt(difference / size);
    }

    private double[] expected(int row) {
        double[] input = input(row);
        double[] expected = new double[shape.outputs()];
        Activation activation = shape.activation();
        IntStream.range(0, expected.length).parallel().forEach(n -> {
            double sum = dot(input, n);
            if (activation != null) {
                sum = Activations.of(activation, sum) * dot(input, n + shape.outputs());
            }
            boolean adds = shape.output() == SkinnyShape.Output.RESIDUAL;
            expected[n] = adds ? sum + before.value((long) row * shape.outputs() + n) : sum;
        });
        return expected;
    }

    private double[] input(int row) {
        double[] input = x.values((long) row * shape.inputs(), shape.inputs());
        if (!shape.normedInput()) {
            return input;
        }
        double squares = Arrays.stream(input).map(v -> v * v).sum();
        double scale = 1 / Math.sqrt(squares / input.length + EPSILON);
        for (int k = 0; k < input.length; k++) {
            double normed = input[k] * scale * (gains.value(k) + WEIGHT_OFFSET);
            input[k] = ElementBits.value(type, ElementBits.of(type, (float) normed));
        }
        return input;
    }

    private double dot(double[] input, int weightRow) {
        double sum = 0;
        long from = (long) weightRow * input.length;
        for (int k = 0; k < input.length; k++) {
            sum += input[k] * weights.value(from + k);
        }
        return sum;
    }
}
