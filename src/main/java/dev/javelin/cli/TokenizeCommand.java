package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Text to token ids. Confined to the main thread; used once. */
@Command(
        name = "tokenize",
        description = {
            "Turns text into token ids.",
            "Prints each id with its piece; with --jsonl reads one JSON string a line"
                    + " and writes one JSON array of ids a line."
        })
final class TokenizeCommand extends ConsoleCommand {
    private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

    @ArgGroup(multiplicity = "1")
    private TokenizerChoice choice = new TokenizerChoice();

    @Option(names = "--jsonl", description = "JSON lines from stdin to stdout.")
    private boolean jsonLines;

    @Option(names = "--no-special", description = "Add no begin and end tokens.")
    private boolean withoutSpecial;

    @Parameters(paramLabel = "TEXT", description = "Texts; without any, the whole of stdin is one.")
    private List<String> texts = new ArrayList<>();

    TokenizeCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        if (jsonLines && !texts.isEmpty()) {
            throw wrongUsage("--jsonl reads stdin and takes no TEXT");
        }
        Tokenizer tokenizer = choice.load(context());
        EncodeOptions options = new EncodeOptions(!withoutSpecial, true);
        if (jsonLines) {
            JsonLines.run(
                    context(),
                    (line, result) ->
                            JsonText.append(result, tokenizer.encode(PythonJson.parseString(line.text()), options)));
            return;
        }
        PieceTable table = new PieceTable(tokenizer);
        List<String> all = texts.isEmpty() ? List.of(standardInput(tokenizer.maxTextChars())) : texts;
        for (String text : all) {
            context().out().print(table.of(tokenizer.encode(text, options)));
        }
    }

    private String standardInput(int maxChars) throws IOException {
        int maxBytes = MAX_UTF8_BYTES_PER_CHAR * maxChars;
        byte[] bytes = context().in().readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST, "standard input has more than the limit of " + maxBytes + " bytes");
        }
        return LineReader.decode(bytes, 0, bytes.length);
    }
}
