package dev.javelin.tokenizer.pretokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The cutting rules that GGUF files name in {@code tokenizer.ggml.pre}. Immutable.
 *
 * <p>Each rule is the list of expressions of the models' own {@code tokenizer.json}, applied one after the other; each
 * match and each rest is a piece.
 */
public enum NamedPreTokenizer {
    /** Files that name none, or made before rules had names. */
    DEFAULT(
            List.of("default"),
            List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", Regexes.GPT2, "\\p{N}+", "[0-9][0-9][0-9]"),
            false),
    /** GPT-2 and what kept its rule. */
    GPT2(
            List.of(
                    "gpt-2",
                    "phi-2",
                    "jina-es",
                    "jina-de",
                    "jina-v1-en",
                    "jina-v2-es",
                    "jina-v2-de",
                    "jina-v2-code",
                    "a.x-4.0",
                    "mellum",
                    "mpt",
                    "olmo",
                    "jais",
                    "trillion",
                    "granite-docling",
                    "roberta-bpe",
                    "gigachat",
                    "modern-bert",
                    "exaone4"),
            List.of(Regexes.GPT2),
            false),
    /** Digits one by one, then GPT-2's rule. */
    DIGITS_THEN_GPT2(
            List.of("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"),
            List.of("\\p{N}", Regexes.GPT2),
            false),
    /** Llama 3: digits in threes; whole pieces before merges. */
    LLAMA3(
            List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"),
            List.of(Regexes.words("\\p{N}{1,3}")),
            true),
    /** The same rule without whole pieces. */
    DIGITS_IN_THREES(List.of("dbrx", "smaug-bpe", "chatglm-bpe", "glm4"), List.of(Regexes.words("\\p{N}{1,3}")), false),
    /** Qwen 2, 2.5 and 3: digits one by one. */
    QWEN2(
            List.of(
                    "qwen2",
                    "qwen3",
                    "deepseek-r1-qwen",
                    "kormo",
                    "stablelm2",
                    "hunyuan",
                    "megrez",
                    "solar-open",
                    "grok-2"),
            List.of(Regexes.words("\\p{N}")),
            false),
    /** Qwen 3.5: marks belong to their letters. */
    QWEN35(
            List.of("qwen35"),
            List.of(Regexes.CONTRACTIONS
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
                    + Regexes.SPACES),
            false),
    /** DeepSeek LLM. */
    DEEPSEEK_LLM(
            List.of("deepseek-llm"),
            List.of(
                    "[\\r\\n]",
                    "\\s?" + Regexes.DEEPSEEK_LETTERS,
                    "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
                    "\\s+$",
                    "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
                    "\\p{N}+"),
            false),
    /** DeepSeek Coder. */
    DEEPSEEK_CODER(
            List.of("deepseek-coder"),
            List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+", "\\p{N}"),
            false),
    /** DeepSeek V3 and R1. */
    DEEPSEEK_V3(
            List.of("deepseek-v3", "hunyuan-dense", "joyai-llm"),
            List.of(
                    "\\p{N}{1,3}",
                    "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
                    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                            + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|"
                            + Regexes.SPACES),
            false),
    /** Mistral's Tekken: words cut where case changes; whole pieces before merges. */
    TEKKEN(List.of("tekken"), List.of(Regexes.cased("", "\\p{N}")), true),
    /** GPT-4o (o200k) and Llama 4. */
    GPT4O(
            List.of("gpt-4o", "llama4", "kanana2", "minimax-m2"),
            List.of(Regexes.cased(Regexes.CONTRACTIONS + "?", "\\p{N}{1,3}")),
            false),
    /** Falcon. */
    FALCON(List.of("falcon"), List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", Regexes.GPT2, "[0-9][0-9][0-9]"), false),
    /** Bloom and the Finnish models. */
    BLOOM(List.of("bloom", "poro-chat", "gpt3-finnish"), List.of(Regexes.BLOOM), false),
    /** Viking: Bloom's rule, then digits one by one. */
    VIKING(List.of("viking"), List.of(Regexes.BLOOM, "\\p{N}"), false),
    /** Seed-Coder. */
    SEED_CODER(
            List.of("seed-coder"),
            List.of(Regexes.CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|"
                    + Regexes.SPACES),
            false);

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> expressions;

    private final boolean ignoreMerges;

    NamedPreTokenizer(List<String> names, List<String> expressions, boolean ignoreMerges) {
        this.names = names;
        this.expressions = expressions;
        this.ignoreMerges = ignoreMerges;
    }

    /** The rule of a name. */
    public static Optional<NamedPreTokenizer> of(String name) {
        return Arrays.stream(values()).filter(rule -> rule.names.contains(name)).findFirst();
    }

    /** Every name that is known, sorted. */
    public static List<String> knownNames() {
        return Arrays.stream(values())
                .flatMap(rule -> rule.names.stream())
                .sorted()
                .toList();
    }

    /** The names that files use for this rule. */
    public List<String> names() {
        return names;
    }

    /** The rule's expressions, applied one after the other. */
    public List<String> expressions() {
        return expressions;
    }

    /** Whether models with this rule take a piece that is a token whole, merges or not. */
    public boolean ignoresMerges() {
        return ignoreMerges;
    }

    /** The rule at work. */
    public PreTokenizer preTokenizer() {
        return PreTokenizer.sequence(
                expressions.stream().map(Splitters::isolating).toList());
    }
}
