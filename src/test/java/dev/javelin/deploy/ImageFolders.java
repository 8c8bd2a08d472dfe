package dev.javelin.deploy;

import dev.javelin.deploy.Dockerfile.Instruction;
import dev.javelin.deploy.Dockerfile.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows a Dockerfile in folders, with this machine's shell and JDK: each stage is a folder, and absolute paths of the
 * image point into it. Confined to one thread.
 *
 * <p>Every stage is built at the same place ({@code image}), as the cache of classes knows its jars by their paths, and
 * is kept under its name by hard links. Images of others are empty folders; the one step that needs the network,
 * Maven's, is replaced by the jar that the build has just made.
 */
final class ImageFolders {
    /** The image's own directories; other absolute paths are this machine's. */
    private static final Pattern OWN_PATH =
            Pattern.compile("(?<![\\w./}-])(/(?:opt|build|jre|cache|train|etc/javelin)(?![\\w-]))");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern ASSIGNMENT = Pattern.compile("([\\w.]+)=(\"[^\"]*\"|\\S*)");
    private static final long LIMIT_SECONDS = 240;

    private final Path project = Path.of("").toAbsolutePath();
    private final Path folder;
    private final Path image;
    private final Path jar;
    private final int trainingPort;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> stageVariables = new HashMap<>();
    private final Map<String, Map<String, String>> environments = new HashMap<>();
    private Path workDirectory;

    /**
     * Folders for one build.
     *
     * @param folder takes the stages; empty
     * @param jar the runnable jar
     * @param trainingPort for servers that run while the image is built
     */
    ImageFolders(Path folder, Path jar, int trainingPort) {
        this.folder = folder;
        this.image = folder.resolve("image");
        this.jar = jar;
        this.trainingPort = trainingPort;
        this.workDirectory = image;
    }

    /** Follows the file; the last stage is left at {@link #image()}. */
    void follow(Dockerfile dockerfile) throws IOException, InterruptedException {
        variables.putAll(dockerfile.globalArguments());
        for (Stage stage : dockerfile.stages()) {
            String base = expand(stage.base());
            stageVariables.clear();
            stageVariables.putAll(environments.getOrDefault(base, Map.of()));
            Path kept = folder.resolve(base);
            if (environments.containsKey(base)) {
                shell(List.of("cp", "-al", kept.toString(), image.toString()), folder);
            } else {
                Files.createDirectories(image);
            }
            workDirectory = image;
            for (Instruction instruction : stage.instructions()) {
                follow(instruction);
            }
            environments.put(stage.name(), Map.copyOf(stageVariables));
            if (!stage.name().isEmpty()) {
                Files.move(image, folder.resolve(stage.name()));
            }
        }
    }

    private void follow(Instruction instruction) throws IOException, InterruptedException {
        switch (instruction.name()) {
            case "ENV", "ARG" -> {
                Matcher matcher = ASSIGNMENT.matcher(instruction.arguments());
                while (matcher.find()) {
                    stageVariables.put(matcher.group(1), expand(matcher.group(2).replaceAll("^\"|\"$", "")));
                }
            }
            case "WORKDIR" -> {
                workDirectory = inImage(instruction.arguments());
                Files.createDirectories(workDirectory);
            }
            case "COPY" -> copy(instruction);
            case "RUN" -> run(instruction);
            case "LABEL", "VOLUME", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT" -> {}
            default -> throw new AssertionError("unknown instruction " + instruction.name());
        }
    }

    private void copy(Instruction instruction) throws IOException, InterruptedException {
        List<String> words = instruction.words();
        Path target = inImage(words.getLast());
        String document = instruction.document();
        if (document != null) {
            Files.createDirectories(target.getParent());
            Files.writeString(target, mapped(document));
            shell(List.of("chmod", instruction.flags().get("chmod"), target.toString()), folder);
            return;
        }
        String from = instruction.flags().get("from");
        for (String source : words.subList(0, words.size() - 1)) {
            Path path = from == null ? project.resolve(source) : folder.resolve(from + source);
            boolean intoFolder = words.getLast().endsWith("/");
            Files.createDirectories(intoFolder || Files.isDirectory(path) ? target : target.getParent());
            String copied = Files.isDirectory(path) ? path + "/." : path.toString();
            shell(List.of("cp", "-a", copied, target.toString()), folder);
        }
    }

    private void run(Instruction instruction) throws IOException, InterruptedException {
        String document = instruction.document();
        if (document != null) {
            Path script = Files.writeString(folder.resolve("run.sh"), mapped(document));
            shell(List.of("bash", script.toString()), workDirectory);
        } else if (instruction.arguments().contains("mvnw")) {
            Files.createDirectories(inImage("target"));
            Files.copy(jar, inImage("target/" + jar.getFileName()));
            Files.createDirectories(inImage("agent"));
            Files.createFile(inImage("agent/opentelemetry-javaagent.jar"));
        } else {
            String withoutOwners = instruction.arguments().replaceAll(" -[og] \\d+", "");
            shell(List.of("sh", "-c", mapped(expand(withoutOwners))), workDirectory);
        }
    }

    private void shell(List<String> command, Path directory) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        Path log = folder.resolve("log");
        builder.redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment());
        builder.environment().put("SERVER_PORT", "" + trainingPort);
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(command + " failed:\n" + Files.readString(log, StandardCharsets.UTF_8));
        }
    }

    /** Where the last stage lies. */
    Path image() {
        return image;
    }

    /** The environment of a container of the current stage. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
        environment.put("PATH", jdk + ":" + System.getenv("PATH"));
        stageVariables.forEach((name, value) -> environment.put(name, mapped(value)));
        environment.merge("PATH", "", (path, _) -> path + ":" + System.getenv("PATH"));
        return environment;
    }

    /** A command of the last stage, given in JSON. */
    List<String> command(String json) {
        return Arrays.stream(new JsonMapper().readValue(json, String[].class))
                .map(this::mapped)
                .toList();
    }

    private Path inImage(String path) {
        return path.startsWith("/") ? image.resolve(path.substring(1)) : workDirectory.resolve(path);
    }

    private String mapped(String text) {
        return OWN_PATH.matcher(text).replaceAll(match -> Matcher.quoteReplacement(image + match.group(1)));
    }

    private String expand(String text) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            @Nullable String value = stageVariables.getOrDefault(match.group(1), variables.getOrDefault(match.group(1), ""));
            return Matcher.quoteReplacement(value);
        });
    }
}
