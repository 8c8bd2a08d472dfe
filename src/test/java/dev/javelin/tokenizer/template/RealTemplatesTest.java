package dev.javelin.tokenizer.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class RealTemplatesTest {
    private static final Path CASES = Path.of("../shared/testdata/chat-templates.jsonl.gz");

    @Test
    void rendersEveryRealTemplateAsTransformersDoes() throws Exception {
        if (!Files.exists(CASES)) {
            System.out.println("skipped: " + CASES + " is absent");
        }
        assumeTrue(Files.exists(CASES), "real templates are absent");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(CASES))) {
            List<TemplateCase> cases = TemplateCase.read(in);
            List<String> wrong = cases.stream()
                    .map(TemplateCase::difference)
                    .filter(Objects::nonNull)
                    .toList();
            System.out.println(
                    "real chat templates: " + (cases.size() - wrong.size()) + " of " + cases.size() + " exact");
            assertThat(wrong).isEmpty();
        }
    }
}
