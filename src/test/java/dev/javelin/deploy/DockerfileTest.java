package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.deploy.Dockerfile.Instruction;
import dev.javelin.deploy.Dockerfile.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DockerfileTest {
    private final Dockerfile file = Dockerfile.ofProject();
    private final Stage last = file.stages().getLast();

    @Test
    void linesAreJoinedAndHereDocumentsTakenIn() {
        Dockerfile parsed = Dockerfile.parse(List.of(
                "# a comment",
                "ARG BASE=a:1",
                "FROM ${BASE} AS one",
                "RUN --mount=type=cache,target=/x first \\",
                "  second",
                "COPY --chmod=755 <<'EOF' /start",
                "#!/bin/sh",
                "",
                "EOF",
                "FROM one"));
        assertThat(parsed.globalArguments()).containsEntry("BASE", "a:1");
        Stage one = parsed.stages().getFirst();
        assertThat(one.name()).isEqualTo("one");
        assertThat(one.instructions().getFirst().flags()).containsEntry("mount", "type=cache,target=/x");
        assertThat(one.instructions().getFirst().words()).containsExactly("first", "second");
        assertThat(one.instructions().getLast().document()).isEqualTo("#!/bin/sh\n\n");
        assertThat(parsed.stages().getLast()).isEqualTo(new Stage("", "one", List.of()));
    }

    @Test
    void everythingCopiedFromTheProjectIsThereAndNotIgnored() throws Exception {
        List<String> ignore = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(ignore).contains("*");
        List<String> sources = new ArrayList<>();
        for (Instruction instruction : file.instructions()) {
            boolean ofContext = instruction.name().equals("COPY")
                    && !instruction.flags().containsKey("from")
                    && instruction.document() == null;
            if (ofContext) {
                sources.addAll(
                        instruction.words().subList(0, instruction.words().size() - 1));
            }
        }
        assertThat(sources).contains("pom.xml", "src/main").allSatisfy(source -> {
            assertThat(Path.of(source)).exists();
            assertThat(ignore).contains("!" + source);
        });
    }

    @Test
    void stagesAreNamedBeforeTheyAreUsed() {
        Set<String> known = new HashSet<>();
        for (Stage stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                String from = instruction.flags().get("from");
                assertThat(from == null || known.contains(from)).as("%s", from).isTrue();
            }
            known.add(stage.name());
        }
        assertThat(known).contains("base-cuda", "base-cpu");
        assertThat(file.globalArguments()).containsEntry("VARIANT", "cuda");
    }

    @Test
    void imagesOfOthersAreNamedWithATag() {
        file.globalArguments().forEach((name, value) -> {
            if (name.endsWith("_IMAGE")) {
                assertThat(value).as(name).matches("[a-z/-]+:[\\w.-]+").doesNotContain("latest");
            }
        });
    }

    @Test
    void runsWithoutRightsAndSaysHowHealthyItIs() {
        assertThat(argument("USER")).matches("[1-9]\\d*:0");
        assertThat(argument("VOLUME")).isEqualTo("[\"/cache\", \"/tmp\"]");
        assertThat(argument("EXPOSE")).isEqualTo("8080");
        assertThat(argument("ENTRYPOINT")).startsWith("[");
        assertThat(argument("HEALTHCHECK")).contains("/health/ready").startsWith("CMD [");
    }

    private String argument(String name) {
        return last.instructions().stream()
                .filter(instruction -> instruction.name().equals(name))
                .map(Instruction::arguments)
                .findFirst()
                .orElseThrow();
    }
}
