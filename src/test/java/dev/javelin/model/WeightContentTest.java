package dev.javelin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class WeightContentTest {
    private static final WeightContent.Random RANDOM = new WeightContent.Random(7, 0, 0.02f);

    @Test
    void elementsAreThoseOfTheFormula() {
        // computed from the definition in another language
        assertThat(RANDOM.element(0)).isEqualTo(-0.011268267f);
        assertThat(RANDOM.element(1)).isEqualTo(-0.0136008905f);
        assertThat(RANDOM.element(2)).isEqualTo(0.0015968401f);
        assertThat(RANDOM.element(1L << 33)).isEqualTo(-0.0011993479f);
    }

    @Test
    void elementsAreNearlyNormal() {
        int count = 1 << 20;
        double sum = 0;
        double squares = 0;
        int within = 0;
        for (int i = 0; i < count; i++) {
            double z = RANDOM.element(i) / 0.02;
            sum += z;
            squares += z * z;
            within += Math.abs(z) < 1 ? 1 : 0;
            assertThat(Math.abs(z)).isLessThan(3.47);
        }
        assertThat(sum / count).isCloseTo(0, within(0.005));
        assertThat(squares / count).isCloseTo(1, within(0.005));
        assertThat((double) within / count).isCloseTo(0.683, within(0.02));
    }

    @Test
    void everyFormatRoundsTheSameNumbers() {
        byte[] single = new byte[400];
        byte[] half = new byte[200];
        byte[] brain = new byte[200];
        RANDOM.fill(WeightFormat.F32, MemorySegment.ofArray(single), 50);
        RANDOM.fill(WeightFormat.F16, MemorySegment.ofArray(half), 50);
        RANDOM.fill(WeightFormat.BF16, MemorySegment.ofArray(brain), 50);
        for (int i = 0; i < 100; i++) {
            float exact = RANDOM.element(50 + i);
            assertThat(Float.intBitsToFloat(bits(single, 4 * i, 4))).isEqualTo(exact);
            assertThat(Float.float16ToFloat((short) bits(half, 2 * i, 2)))
                    .isCloseTo(exact, within(Math.max(Math.abs(exact) / 2048, 3e-8f)));
            assertThat(Float.intBitsToFloat(bits(brain, 2 * i, 2) << 16))
                    .isCloseTo(exact, within(Math.abs(exact) / 256));
        }
    }

    @Test
    void withoutDeviationEveryElementIsTheMean() {
        MemorySegment ones = MemorySegment.ofArray(new byte[64]);
        new WeightContent.Random(3, 1, 0).fill(WeightFormat.BF16, ones, 0);
        assertThat(ones.toArray(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
                .containsOnly((short) 0x3F80);
    }

    @Test
    void quantisedFormatsAndReadsBeforeMakingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RANDOM.fill(WeightFormat.Q8_0, MemorySegment.ofArray(new byte[34]), 0))
                .withMessageContaining("Q8_0");
        Weight weight = new Weight(WeightKey.of(WeightRole.LM_HEAD), 1L << 20, 1L << 20, WeightFormat.BF16, RANDOM);
        assertThat(weight.byteCount()).isEqualTo(1L << 41);
        assertThatIllegalStateException().isThrownBy(weight::data).withMessageContaining("LM_HEAD");
    }

    private static int bits(byte[] bytes, int at, int count) {
        int bits = 0;
        for (int i = 0; i < count; i++) {
            bits |= (bytes[at + i] & 0xFF) << (8 * i);
        }
        return bits;
    }
}
