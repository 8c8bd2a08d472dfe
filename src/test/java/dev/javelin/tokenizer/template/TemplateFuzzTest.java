package dev.javelin.tokenizer.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random changes to the goldens' templates: whatever comes, a text or a typed error, and soon. */
class TemplateFuzzTest {
    private static final long SEED = 20261122;
    private static final int RENDERS = 20_000;
    private static final TemplateLimits SMALL = new TemplateLimits(20_000, 100_000, 200_000, 1_000_000, 1_000);
    private static final List<String> PIECES = List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "|",
            ".",
            ",",
            ":",
            "~",
            "**",
            "//",
            "%",
            "*",
            " in ",
            " is ",
            " not ",
            " if ",
            " else ",
            " and ",
            "'",
            "\"",
            "\\",
            "\n",
            " ",
            "0",
            "9",
            "1e9",
            "99999999999999999999",
            "-1",
            "none",
            "loop",
            "self",
            "caller",
            "messages",
            "|list",
            "|tojson",
            "|sort",
            "|map('upper')",
            "[::-1]",
            ".items()",
            "'%s'",
            "%",
            "{% endfor %}",
            "{% endif %}",
            "{% break %}",
            "{% for x in l %}",
            "{% set x = x %}",
            "{% macro m() %}",
            "\u0000",
            "\ud800",
            "\u2028",
            "😀");

    @Test
    @Timeout(180)
    void mutatedTemplatesGiveTextOrATypedError() throws Exception {
        List<TemplateCase> cases;
        try (InputStream in = new GZIPInputStream(
                Objects.requireNonNull(TemplateFuzzTest.class.getResourceAsStream("/template/goldens.jsonl.gz")))) {
            cases = TemplateCase.read(in);
        }
        Random random = new Random(SEED);
        int texts = 0;
        for (int i = 0; i < RENDERS; i++) {
            TemplateCase base = cases.get(random.nextInt(cases.size()));
            String other = cases.get(random.nextInt(cases.size())).template();
            String template = mutate(base.template(), other, random);
            texts += tryRender(template, base, i);
        }
        System.out.println("fuzzing: " + texts + " of " + RENDERS + " mutated templates still render");
        assertThat(texts).isBetween(RENDERS / 20, RENDERS - 1);
    }

    private static int tryRender(String template, TemplateCase base, int round) {
        try {
            ChatTemplate.compile(template, SMALL, TemplateCase.CLOCK).render(base.data());
            return 1;
        } catch (JavelinException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_FAILED);
            return 0;
        } catch (Throwable e) {
            return fail("seed " + SEED + ", round " + round + ": " + template, e);
        }
    }

    private static String mutate(String template, String other, Random random) {
        StringBuilder text = new StringBuilder(template);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(6));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                default -> {
                    int from = random.nextInt(other.length() + 1);
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(30)));
                }
            }
        }
        return text.toString();
    }

    @Test
    void randomCharactersGiveTextOrATypedError() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("{{ ");
            for (int piece = random.nextInt(12); piece >= 0; piece--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            tryRender(text.append(" }}").toString(), new TemplateCase("random", "", Map.of(), null, null), i);
        }
    }
}
