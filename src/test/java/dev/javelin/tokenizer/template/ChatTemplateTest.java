package dev.javelin.tokenizer.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final String CHAT_ML = "{% if tools %}{{ tools|tojson }}{% endif %}{% for m in messages %}"
            + "{{ '<|im_start|>' + m['role'] + '\\n' + m['content']|trim + '<|im_end|>' + '\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static ChatTemplate compile(String source) {
        return ChatTemplate.compile(source, TemplateLimits.DEFAULT, TemplateCase.CLOCK);
    }

    @Test
    void namesAreThoseOfTransformers() {
        ChatTemplateData data = new ChatTemplateData(List.of(Map.of("role", "user", "content", " Hi ")))
                .addGenerationPrompt(true)
                .specialToken("bos_token", "<s>")
                .specialToken("pad_token", null)
                .extra(Map.of("enable_thinking", false));
        assertThat(compile(CHAT_ML).render(data.toMap()))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
        assertThat(compile("{{ tools is none }}{{ documents is none }}{{ bos_token }}{{ pad_token is defined }}"
                                + "{{ enable_thinking }}")
                        .render(data.toMap()))
                .isEqualTo("TrueTrue<s>FalseFalse");
    }

    @Test
    void oneTemplateServesManyThreads() throws Exception {
        ChatTemplate template =
                compile("{% macro m(x) %}{{ x }}{% endmacro %}{% set ns = namespace(n=0) %}{% for i in range(200) %}"
                        + "{% set ns.n = ns.n + i * k %}{% endfor %}{{ m(ns.n) }}");
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Callable<String>> renders = new ArrayList<>();
            for (int k = 0; k < 200; k++) {
                Map<String, Integer> data = Map.of("k", k);
                renders.add(() -> template.render(data));
            }
            List<Future<String>> results = pool.invokeAll(renders);
            for (int k = 0; k < results.size(); k++) {
                assertThat(results.get(k).get()).isEqualTo(String.valueOf(19900 * k));
            }
        }
    }

    @Test
    void tenMessagesRenderWellBelowAMillisecond() {
        List<Map<String, String>> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "Some text. ".repeat(20)));
        }
        ChatTemplate template = compile(CHAT_ML);
        Map<String, Object> data = Map.of("messages", messages, "add_generation_prompt", true);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 2000; round++) {
            long start = System.nanoTime();
            template.render(data);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("ten messages render in " + best / 1000 + " us at best");
        assertThat(best).isLessThan(1_000_000);
    }
}
