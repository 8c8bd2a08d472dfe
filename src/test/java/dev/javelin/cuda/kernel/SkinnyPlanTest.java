package dev.javelin.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkinnyPlanTest {
    private static final DeviceProperties H200 = device(9, 232_448, 233_472);
    private static final DeviceProperties A100 = device(8, 166_912, 167_936);
    private static final DeviceProperties RTX_4090 = device(8, 101_376, 102_400);

    @Test
    void keepsEightRowsWhereTheyFit() {
        assertThat(residentRows(H200, 4096)).isEqualTo(8);
        assertThat(residentRows(H200, 8192)).isEqualTo(8);
        assertThat(residentRows(H200, 14_336)).isEqualTo(4);
        assertThat(residentRows(A100, 4096)).isEqualTo(8);
        assertThat(residentRows(A100, 14_336)).isEqualTo(2);
        assertThat(residentRows(RTX_4090, 4096)).isEqualTo(1);
        assertThat(residentRows(H200, 1 << 17)).isEqualTo(0);
    }

    @Test
    void streamsAsDeepAsSharedMemoryAllows() {
        assertThat(List.of(1, 2, 4, 8))
                .extracting(f -> SkinnySplit.stages(H200, f))
                .containsExactly(3, 4, 4, 3);
        assertThat(List.of(1, 2, 4, 8))
                .extracting(f -> SkinnySplit.stages(A100, f))
                .containsExactly(4, 4, 3, 2);
        assertThat(SkinnyGemm.maxRows(H200)).isEqualTo(64);
        assertThat(SkinnyGemm.maxRows(A100)).isEqualTo(64);
        assertThat(SkinnyGemm.maxRows(RTX_4090)).isEqualTo(16);
    }

    @Test
    void compilesOneKernelForEachRangeOfRows() {
        SkinnyShape qkv = SkinnyShape.elements(6144, 4096);
        SkinnyShape down = SkinnyShape.residual(4096, 14_336);
        assertThat(SkinnySplit.variants(8, 8)).isEmpty();
        assertThat(SkinnySplit.variants(8, 64)).containsExactly(2, 4, 8);
        assertThat(SkinnySplit.variants(4, 33)).containsExactly(1, 2, 4, 8);
        assertThat(SkinnySplit.variants(0, 5)).containsExactly(1);
        assertThat(SkinnyGemm.sources(ElementType.BF16, H200, qkv, 16))
                .extracting(KernelSource::file)
                .containsExactly("skinny_gemm.cu", "skinny_split.cu");
        assertThat(SkinnyGemm.sources(ElementType.BF16, H200, down, 64)).hasSize(5);
        assertThat(SkinnyGemm.sources(ElementType.F16, A100, qkv.normed(), 8))
                .isEqualTo(List.of(
                        SkinnyResident.source(ElementType.F16, new SkinnyTuning(false, 5, true), qkv.normed())));
    }

    @Test
    void refusesWhatTheKernelsCannotRead() {
        assertThat(SkinnyGemm.supports(4096)).isTrue();
        assertThat(SkinnyGemm.supports(100)).isFalse();
        assertThatThrownBy(() -> SkinnyShape.elements(16, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inputs is 100, not a multiple of 8 from 8 to 131072");
        SkinnyShape longRows = SkinnyShape.elements(16, 14_336).normed();
        assertThat(SkinnyGemm.maxNormedRows(H200, 14_336)).isEqualTo(0);
        assertThatThrownBy(() -> SkinnyGemm.sources(ElementType.BF16, H200, longRows, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the limit is 8192");
        SkinnyShape normed = SkinnyShape.elements(16, 4096).normed();
        assertThatThrownBy(() -> SkinnyGemm.sources(ElementType.BF16, H200, normed, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows is 9, the limits are 1 and 8");
    }

    private static int residentRows(DeviceProperties device, int inputs) {
        return SkinnyResident.maxRows(device, SkinnyTuning.of(device), inputs);
    }

    private static DeviceProperties device(int major, int sharedBytesPerBlock, int sharedBytesPerMultiprocessor) {
        return new DeviceProperties(
                "test", major, 0, 132, 1L << 37, 50 << 20, sharedBytesPerBlock, sharedBytesPerMultiprocessor, 1, 1, 1);
    }
}
