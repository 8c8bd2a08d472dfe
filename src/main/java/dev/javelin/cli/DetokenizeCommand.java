package dev.javelin.cli;

import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Token ids to text. Confined to the main thread; used once. */
@Command(
        name = "detokenize",
        description = {
            "Turns token ids into text, special tokens included.",
            "Prints the text of the ids given; with --jsonl, or without any ids, reads one JSON array of ids a line"
                    + " and writes one JSON string a line."
        })
final class DetokenizeCommand extends ConsoleCommand {
    @ArgGroup(multiplicity = "1")
    private TokenizerChoice choice = new TokenizerChoice();

    @Option(names = "--jsonl", description = "JSON lines from stdin to stdout; so it is without any ID, too.")
    private boolean jsonLines;

    @Option(names = "--skip-special", description = "Leave special tokens out of the text.")
    private boolean skipSpecial;

    @Parameters(paramLabel = "ID", description = "Token ids of one text.")
    private List<String> ids = new ArrayList<>();

    DetokenizeCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        if (jsonLines && !ids.isEmpty()) {
            throw wrongUsage("--jsonl reads stdin and takes no ID");
        }
        int[] given = ids.stream().mapToInt(this::id).toArray();
        Tokenizer tokenizer = choice.load(context());
        DecodeOptions options = new DecodeOptions(skipSpecial);
        if (ids.isEmpty()) {
            JsonLines.run(
                    context(),
                    (line, result) ->
                            JsonText.append(result, tokenizer.decode(PythonJson.parseIds(line.text()), options)));
            return;
        }
        context().out().print(tokenizer.decode(given, options) + "\n");
    }

    private int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrongUsage("'" + text + "' is no token id");
        }
    }
}
