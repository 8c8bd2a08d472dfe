package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SamplingReferenceTest {
    private static final double CLEAR = 1e-9;

    @Test
    void drawsWhatTheCpuRunnerDraws() {
        int clear = 0;
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            SamplingCase each = SamplingCase.random(random, seed % 50 == 0 ? 50_257 : 20 + random.nextInt(1500));
            SamplingReference expected = each.reference();
            if (expected.slack() > CLEAR) {
                clear++;
                assertEquals(expected.tokenId(), each.drawOnCpu(), "seed " + seed + ": " + each.sampling());
            }
        }
        assertTrue(clear > 1400, "only " + clear + " draws were clear");
    }
}
