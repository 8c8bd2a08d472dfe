package dev.javelin.cli;

import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.TemplateLimits;
import java.util.LinkedHashMap;

/** Compiled templates by their source, the ones used last. Confined to one thread. */
final class TemplateCache {
    static final int MAX_TEMPLATES = 64;

    private final LinkedHashMap<String, ChatTemplate> bySource = new LinkedHashMap<>();

    /**
     * The template of that source.
     *
     * @throws dev.javelin.error.JavelinException TEMPLATE_FAILED for a syntax error; it is not kept
     */
    ChatTemplate template(String source) {
        ChatTemplate known = bySource.remove(source);
        ChatTemplate template = known == null ? ChatTemplate.compile(source, TemplateLimits.DEFAULT) : known;
        bySource.put(source, template); // last: the most recent
        if (bySource.size() > MAX_TEMPLATES) {
            bySource.pollFirstEntry();
        }
        return template;
    }

    int templateCount() {
        return bySource.size();
    }
}
