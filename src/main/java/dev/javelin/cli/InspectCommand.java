package dev.javelin.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model is and what it needs. Confined to the main thread; used once. */
@Command(
        name = "inspect",
        description = {
            "Shows what a model is made of, what memory it needs, and whether this build can run it.",
            "A file that cannot be run is shown as far as it can be read."
        })
final class InspectCommand extends ConsoleCommand {
    @Parameters(
            paramLabel = "MODEL",
            description = "A path, hf:owner/name[/file][@revision] or pypi:package==version!path.")
    private String model = "";

    @Option(names = "--tensors", description = "List every tensor.")
    private boolean withTensors;

    @Option(names = "--json", description = "Print JSON: the same, in exact numbers.")
    private boolean asJson;

    InspectCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        Inspection found =
                Inspector.inspect(ModelFiles.find(context(), model).mainFile().path());
        context().out().print(asJson ? InspectionJson.of(found, withTensors) : InspectionText.of(found, withTensors));
    }
}
