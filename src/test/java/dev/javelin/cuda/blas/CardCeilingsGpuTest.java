package dev.javelin.cuda.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.OpenGpu;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CardCeilingsGpuTest {
    @Test
    void areThoseOfAServersCard() {
        try (OpenGpu gpu = OpenGpu.open()) {
            long freeBytes = gpu.device().memory().freeBytes();
            CardCeilings ceilings = CardCeilings.measure(gpu.device(), gpu.compiler());
            System.out.println(ceilings);
            assertTrue(ceilings.readBytesPerSecond() > 0.2e12 && ceilings.readBytesPerSecond() < 20e12);
            assertTrue(ceilings.copyBytesPerSecond() > 0.2e12 && ceilings.copyBytesPerSecond() < 20e12);
            assertTrue(ceilings.gemmFlopsPerSecond() > 20e12 && ceilings.gemmFlopsPerSecond() < 5000e12);
            assertEquals(0, (freeBytes - gpu.device().memory().freeBytes()) >> 30, "GiB that were not given back");
        }
    }
}
