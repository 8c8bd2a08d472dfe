package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.model.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the gguf package's own numbers; {@code src/test/python/make_dequantize_golden.py} made them. */
class DequantizerTest {
    private record Golden(int columns, float[][] input, byte[][] packed, float[][] decoded) {
        static Golden of(WeightFormat format) throws IOException {
            String name = "/golden/dequantize/" + format.name().toLowerCase(Locale.ROOT) + ".bin";
            try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(name), name)) {
                ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
                int rows = file.getInt();
                int columns = file.getInt();
                int rowBytes = file.getInt();
                float[][] input = floats(file, rows, columns);
                byte[][] packed = new byte[rows][rowBytes];
                for (byte[] row : packed) {
                    file.get(row);
                }
                return new Golden(columns, input, packed, floats(file, rows, columns));
            }
        }

        private static float[][] floats(ByteBuffer file, int rows, int columns) {
            float[][] floats = new float[rows][columns];
            for (float[] row : floats) {
                for (int i = 0; i < columns; i++) {
                    row[i] = file.getFloat();
                }
            }
            return floats;
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "F32")
    void decodesEveryBitAsTheReferenceDoes(WeightFormat format) throws IOException {
        Golden golden = Golden.of(format);
        for (int row = 0; row < golden.packed().length; row++) {
            float[] decoded = new float[golden.columns() + 2];
            Dequantizer.decode(format, MemorySegment.ofArray(golden.packed()[row]), 0, decoded, 1, golden.columns());
            float[] expected = new float[golden.columns() + 2];
            System.arraycopy(golden.decoded()[row], 0, expected, 1, golden.columns());
            assertThat(decoded).as("%s row %d", format, row).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "F32")
    void theTestQuantiserPacksEveryByteAsTheReferenceDoes(WeightFormat format) throws IOException {
        Golden golden = Golden.of(format);
        for (int row = 0; row < golden.packed().length / 2; row++) {
            assertThat(GgufQuantizer.quantize(format, golden.input()[row]))
                    .as("%s row %d", format, row)
                    .isEqualTo(golden.packed()[row]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void blockSizesAgreeWithTheFileType(WeightFormat format) {
        GgmlType type = GgmlType.valueOf(format.name());
        assertThat(type.tryFormat()).contains(format);
        assertThat(type.blockElementCount()).isEqualTo(format.blockElements());
        assertThat(type.blockBytes()).isEqualTo(format.blockBytes());
    }
}
