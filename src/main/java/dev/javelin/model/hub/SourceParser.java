package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text form of a {@link ModelSource}. Stateless; looks at the file system only to tell a path from a name.
 */
final class SourceParser {
    private static final String FIELD = "javelin.model";
    private static final String FORMS = "a file or directory, hf:owner/name[/file][@revision],"
            + " pypi:package==version!path-in-wheel or dummy:folder-with-config.json";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private final String text;

    private SourceParser(String text) {
        this.text = text;
    }

    static ModelSource parse(String text) {
        return new SourceParser(text).parse();
    }

    private ModelSource parse() {
        if (text.isBlank()) {
            throw wrong("it is empty; write " + FORMS);
        }
        refuseIf("the text", SafeNames.faultOfCharacters(text));
        if (text.startsWith("hf:")) {
            return hub(text.substring("hf:".length()));
        }
        if (text.startsWith("pypi:")) {
            return pypi(text.substring("pypi:".length()));
        }
        if (text.startsWith("dummy:")) {
            return dummy(text.substring("dummy:".length()));
        }
        Path path = path(text);
        if (Files.exists(path)) {
            return new ModelSource.Local(path);
        }
        if (isBareRepository()) {
            return hub(text);
        }
        if (SCHEME.matcher(text).matches()) {
            throw wrong("\"" + text.substring(0, text.indexOf(':') + 1) + "\" is not known; write " + FORMS);
        }
        return new ModelSource.Local(path);
    }

    private ModelSource dummy(String rest) {
        if (rest.isBlank()) {
            throw wrong("a dummy needs the path of a folder with a config.json");
        }
        return new ModelSource.Dummy(path(rest));
    }

    private Path path(String written) {
        try {
            return Path.of(written);
        } catch (InvalidPathException e) {
            throw wrong("it is no path of this system: " + e.getReason());
        }
    }

    /** {@code owner/name[@revision]}, but not what is plainly a file that is missing. */
    private boolean isBareRepository() {
        String name = text.contains("@") ? text.substring(0, text.indexOf('@')) : text;
        String[] parts = name.split("/", -1);
        return parts.length == 2
                && SafeNames.isSegment(parts[0])
                && SafeNames.isSegment(parts[1])
                && !parts[1].toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    private ModelSource hub(String rest) {
        int at = rest.lastIndexOf('@');
        String revision = at < 0 ? ModelSource.Hub.MAIN : rest.substring(at + 1);
        refuseIf("the revision", SafeNames.faultOfPath(revision));
        String[] parts = (at < 0 ? rest : rest.substring(0, at)).split("/", 3);
        if (parts.length < 2) {
            throw wrong("the repository needs owner/name");
        }
        requireSegment("the owner", parts[0]);
        requireSegment("the repository's name", parts[1]);
        String file = parts.length == 3 ? parts[2] : null;
        if (file != null) {
            refuseIf("the file", SafeNames.faultOfPath(file));
        }
        return new ModelSource.Hub(parts[0], parts[1], file, revision);
    }

    private ModelSource pypi(String rest) {
        int equals = rest.indexOf("==");
        int bang = rest.indexOf('!');
        if (equals < 0 || bang < equals) {
            throw wrong("a package needs ==version and then !path-in-wheel");
        }
        String name = rest.substring(0, equals);
        String version = rest.substring(equals + 2, bang);
        String entry = rest.substring(bang + 1);
        requireSegment("the package", name);
        if (!VERSION.matcher(version).matches() || version.contains("..")) {
            throw wrong("the version \"" + version + "\" is not an exact version");
        }
        refuseIf("the path in the wheel", SafeNames.faultOfPath(entry));
        return new ModelSource.Pypi(name, version, entry);
    }

    private void requireSegment(String what, String value) {
        if (!SafeNames.isSegment(value)) {
            throw wrong(what + " \"" + printable(value) + "\" may only have letters, digits, dots, dashes and"
                    + " underscores (not two dots or dashes in a row), start with a letter or digit,"
                    + " and have 1 to 96 characters");
        }
    }

    private void refuseIf(String what, @Nullable String fault) {
        if (fault != null) {
            throw wrong(what + " " + fault);
        }
    }

    private JavelinException wrong(String why) {
        return JavelinException.ofField(
                ErrorCode.INVALID_SETTING, FIELD, "model source \"" + printable(text) + "\": " + why);
    }

    /** Control characters must not reach a terminal or a log. */
    private static String printable(String value) {
        String shown = value.length() > 200 ? value.substring(0, 200) + "..." : value;
        return shown.replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
    }
}
