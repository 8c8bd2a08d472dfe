package dev.javelin.tokenizer.huggingface;

import dev.javelin.tokenizer.pretokenizer.Metaspace;
import dev.javelin.tokenizer.pretokenizer.PreTokenizer;
import dev.javelin.tokenizer.pretokenizer.RegexPattern;
import dev.javelin.tokenizer.pretokenizer.RegexSplit;
import dev.javelin.tokenizer.pretokenizer.SplitBehavior;
import dev.javelin.tokenizer.pretokenizer.Splitters;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the section {@code pre_tokenizer}. Stateless.
 *
 * <p>{@code ByteLevel} also says that the model works on bytes; as it rewrites the text, it must come last.
 */
final class PreTokenizerReader {
    private static final String PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

    /** What the section says. */
    record Result(PreTokenizer preTokenizer, boolean byteLevel, boolean isAbsent) {}

    private PreTokenizerReader() {}

    static Result read(Component section) {
        List<Component> steps = new ArrayList<>();
        flatten(section, steps);
        List<PreTokenizer> rules = new ArrayList<>();
        boolean byteLevel = false;
        for (Component step : steps) {
            if (byteLevel) {
                throw step.unsupported("a pre-tokenizer behind ByteLevel");
            }
            byteLevel = step.type().equals("ByteLevel");
            rules.add(rule(step));
        }
        return new Result(PreTokenizer.sequence(rules), byteLevel, steps.isEmpty());
    }

    private static void flatten(Component section, List<Component> steps) {
        if (section.isAbsent()) {
            return;
        }
        if (section.type().equals("Sequence")) {
            section.children("pretokenizers").forEach(child -> flatten(child, steps));
        } else {
            steps.add(section);
        }
    }

    private static PreTokenizer rule(Component step) {
        return switch (step.type()) {
            case "ByteLevel" -> byteLevel(step);
            case "Split" -> split(step);
            case "Metaspace" -> metaspace(step);
            case "Digits" ->
                new RegexSplit(
                        RegexPattern.compile("\\p{N}"),
                        step.flag("individual_digits", false) ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS,
                        false);
            case "Punctuation" ->
                new RegexSplit(
                        RegexPattern.compile(PUNCTUATION),
                        step.isUnset("behavior") ? SplitBehavior.ISOLATED : behavior(step),
                        false);
            case "Whitespace" -> new RegexSplit(RegexPattern.compile("\\w+|[^\\w\\s]+"), SplitBehavior.REMOVED, true);
            case "WhitespaceSplit" -> new RegexSplit(RegexPattern.compile("\\s"), SplitBehavior.REMOVED, false);
            default -> throw step.unsupportedType();
        };
    }

    private static PreTokenizer byteLevel(Component step) {
        PreTokenizer spaced = step.flag("add_prefix_space", true) ? PreTokenizer.spaceBefore() : PreTokenizer.whole();
        return step.flag("use_regex", true) ? spaced.then(Splitters.gpt2()) : spaced;
    }

    private static PreTokenizer split(Component step) {
        Component pattern = step.child("pattern");
        boolean isRegex = !pattern.isUnset("Regex");
        SplitBehavior behavior = behavior(step);
        boolean inverted = step.flag("invert", false);
        if (isRegex && behavior == SplitBehavior.ISOLATED && !inverted) {
            return Splitters.isolating(pattern.text("Regex"));
        }
        Pattern compiled = isRegex
                ? RegexPattern.compile(pattern.text("Regex"))
                : Pattern.compile(pattern.text("String"), Pattern.LITERAL);
        return new RegexSplit(compiled, behavior, inverted);
    }

    private static SplitBehavior behavior(Component step) {
        return switch (step.text("behavior")) {
            case "Removed" -> SplitBehavior.REMOVED;
            case "Isolated" -> SplitBehavior.ISOLATED;
            case "MergedWithPrevious" -> SplitBehavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> SplitBehavior.MERGED_WITH_NEXT;
            case "Contiguous" -> SplitBehavior.CONTIGUOUS;
            default -> throw step.unsupported("behavior \"" + step.text("behavior") + "\"");
        };
    }

    private static PreTokenizer metaspace(Component step) {
        String mark = step.text("replacement");
        if (mark.length() != 1) {
            throw step.unsupported("replacement \"" + mark + "\"");
        }
        // Files from before prepend_scheme have add_prefix_space instead.
        String scheme = step.isUnset("prepend_scheme")
                ? (step.flag("add_prefix_space", true) ? "always" : "never")
                : step.text("prepend_scheme");
        Metaspace.Scheme known = switch (scheme) {
            case "always" -> Metaspace.Scheme.ALWAYS;
            case "first" -> Metaspace.Scheme.FIRST;
            case "never" -> Metaspace.Scheme.NEVER;
            default -> throw step.unsupported("prepend_scheme \"" + scheme + "\"");
        };
        return new Metaspace(mark.charAt(0), known, step.flag("split", true));
    }
}
