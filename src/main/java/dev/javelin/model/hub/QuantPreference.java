package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Chooses one GGUF file of several by the format in its name. Immutable.
 *
 * @param formats GGUF's names of formats this build reads, the most wanted first
 */
public record QuantPreference(List<String> formats) {
    /** What this build reads: small ones first, since memory traffic bounds decoding. */
    public static final QuantPreference DEFAULT =
            new QuantPreference(List.of("Q4_1", "Q4_0", "Q8_0", "BF16", "F16", "F32"));

    private static final String SUFFIX = ".gguf";
    private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.gguf");
    private static final int SHOWN_FILES = 40;

    /** Copies the list in upper case. */
    public QuantPreference {
        formats = formats.stream().map(f -> f.toUpperCase(Locale.ROOT)).toList();
    }

    /**
     * The file to take.
     *
     * @param names relative paths of all files found
     * @param where what the files belong to, for the error
     * @throws JavelinException MODEL_UNSUPPORTED with the list of files, if none or several fit
     */
    String choose(Collection<String> names, String where) {
        List<String> candidates =
                names.stream().filter(QuantPreference::isWholeModel).sorted().toList();
        for (String format : formats) {
            List<String> fitting =
                    candidates.stream().filter(n -> hasFormat(n, format)).toList();
            if (fitting.size() == 1) {
                return fitting.getFirst();
            }
            if (fitting.size() > 1) {
                throw refusal(where, "has " + fitting.size() + " " + format + " files", names);
            }
        }
        if (candidates.size() == 1 && !namesSomeFormat(candidates.getFirst())) {
            return candidates.getFirst(); // nothing in the name tells: the reader decides
        }
        throw refusal(
                where, "has no GGUF file in a format this build reads (" + String.join(", ", formats) + ")", names);
    }

    private static JavelinException refusal(String where, String why, Collection<String> names) {
        List<String> shown = names.stream().sorted().limit(SHOWN_FILES).toList();
        String more = names.size() > shown.size() ? " and " + (names.size() - shown.size()) + " more" : "";
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED,
                where + " " + why + "; name one file; found: "
                        + (shown.isEmpty() ? "nothing" : String.join(", ", shown) + more));
    }

    private static boolean isWholeModel(String name) {
        String lower = lastSegment(name).toLowerCase(Locale.ROOT);
        return lower.endsWith(SUFFIX)
                && !SHARD.matcher(lower).matches()
                && !lower.contains("mmproj")
                && !lower.contains("imatrix");
    }

    /** Whether the last dot, dash or underscore separated part of the name is the format. */
    private static boolean hasFormat(String name, String format) {
        for (String part : stem(name).split("[-.]", -1)) {
            String exact = part.replace("FP16", "F16").replace("FP32", "F32");
            if (exact.equals(format) || exact.endsWith("_" + format)) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesSomeFormat(String name) {
        return Pattern.compile("(^|[-._])(I?Q\\d|TQ\\d|MXFP4|B?F(P)?(16|32))(_|[-.]|$)")
                .matcher(stem(name))
                .find();
    }

    private static String stem(String name) {
        String last = lastSegment(name).toUpperCase(Locale.ROOT);
        return last.substring(0, last.length() - SUFFIX.length());
    }

    private static String lastSegment(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
