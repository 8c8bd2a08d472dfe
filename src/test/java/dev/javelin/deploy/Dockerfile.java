package dev.javelin.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Dockerfile, read: continued lines are joined and here-documents taken in. Immutable.
 *
 * @param instructions in order
 */
record Dockerfile(List<Instruction> instructions) {
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<'?(\\w+)'?");

    /**
     * One instruction.
     *
     * @param name in upper case
     * @param flags {@code --name=value} before the arguments
     * @param arguments what follows
     * @param document the here-document, or null
     */
    record Instruction(
            String name,
            Map<String, String> flags,
            String arguments,
            @Nullable String document) {
        /** The arguments, split at blanks. */
        List<String> words() {
            return Arrays.asList(arguments.split("\\s+"));
        }
    }

    /**
     * From one {@code FROM} to the next.
     *
     * @param name of the stage; the last has none and gets the empty one
     * @param base image or earlier stage, with variables
     */
    record Stage(String name, String base, List<Instruction> instructions) {}

    /** Reads the project's. */
    static Dockerfile ofProject() {
        try {
            return parse(Files.readAllLines(Path.of("Dockerfile")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dockerfile parse(List<String> lines) {
        List<Instruction> instructions = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            String line = lines.get(i++);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            StringBuilder joined = new StringBuilder();
            while (line.endsWith("\\")) {
                joined.append(line, 0, line.length() - 1);
                line = lines.get(i++);
            }
            joined.append(line);
            Matcher here = HERE_DOCUMENT.matcher(joined);
            String document = null;
            if (here.find()) {
                int end = lines.subList(i, lines.size()).indexOf(here.group(1));
                document = String.join("\n", lines.subList(i, i + end)) + "\n";
                i += end + 1;
            }
            instructions.add(instruction(joined.toString(), document));
        }
        return new Dockerfile(List.copyOf(instructions));
    }

    private static Instruction instruction(String line, @Nullable String document) {
        String[] parts = line.strip().split("\\s+", 2);
        Map<String, String> flags = new LinkedHashMap<>();
        String rest = parts[1];
        while (rest.startsWith("--")) {
            String[] flag = rest.split("\\s+", 2);
            String[] pair = flag[0].substring(2).split("=", 2);
            flags.put(pair[0], pair[1]);
            rest = flag[1];
        }
        return new Instruction(parts[0].toUpperCase(Locale.ROOT), Map.copyOf(flags), rest.strip(), document);
    }

    /** The stages, in order. */
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        for (Instruction instruction : instructions) {
            if (instruction.name().equals("FROM")) {
                List<String> words = instruction.words();
                stages.add(new Stage(words.size() == 3 ? words.get(2) : "", words.getFirst(), new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.getLast().instructions().add(instruction);
            }
        }
        return stages;
    }

    /** Arguments before the first stage, with their defaults. */
    Map<String, String> globalArguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (Instruction instruction : instructions) {
            if (instruction.name().equals("FROM")) {
                break;
            }
            String[] pair = instruction.arguments().split("=", 2);
            arguments.put(pair[0], pair[1]);
        }
        return arguments;
    }
}
