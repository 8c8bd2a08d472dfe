package dev.javelin.tokenizer.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Goldens of src/test/python/make_template_goldens.py. */
class GoldenTemplatesTest {
    @Test
    void rendersEveryGoldenAsJinjaDoes() throws Exception {
        try (InputStream in = new GZIPInputStream(
                Objects.requireNonNull(GoldenTemplatesTest.class.getResourceAsStream("/template/goldens.jsonl.gz")))) {
            List<TemplateCase> cases = TemplateCase.read(in);
            List<String> wrong = cases.stream()
                    .map(TemplateCase::difference)
                    .filter(Objects::nonNull)
                    .toList();
            System.out.println("goldens: " + (cases.size() - wrong.size()) + " of " + cases.size() + " exact");
            assertThat(wrong).isEmpty();
        }
    }
}
