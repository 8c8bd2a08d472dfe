package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.GgmlType;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lie or oddity at a time in the metadata or the tensors of a model. */
class GgufModelsTest {
    @TempDir
    private Path folder;

    private int files;

    @Test
    void defaultsAreThoseOfTheFormat() {
        opened(llama(), model -> {
            ModelSpec spec = model.spec();
            AttentionSpec attention = spec.layers().getFirst().attention();
            assertThat(spec.name()).isEqualTo("llama");
            assertThat(attention.headDim()).isEqualTo(8);
            assertThat(attention.scale()).isEqualTo((float) (1 / Math.sqrt(8)));
            assertThat(attention.rotary().theta()).isEqualTo(10_000);
            assertThat(attention.rotary().rotatedDims()).isEqualTo(8);
            assertThat(attention.rotary().scaling()).isEqualTo(new RotaryScaling.None());
            assertThat(attention.windowTokens()).isNull();
            assertThat(attention.projectionBias()).isFalse();
            assertThat(spec.tiedHead()).isFalse();
            assertThat(spec.cacheGroups()).hasSize(1);
            assertThat(spec.cacheGroups().getFirst().elementsPerToken()).isEqualTo(2 * 2 * 2 * 8);
            assertThat(model.weights().all()).hasSize(3 + 2 * 9);
        });
        opened(
                llama().withoutKey("attention.head_count_kv")
                        .tensor("blk.0.attn_k.weight", 32, 32)
                        .tensor("blk.0.attn_v.weight", 32, 32)
                        .tensor("blk.1.attn_k.weight", 32, 32)
                        .tensor("blk.1.attn_v.weight", 32, 32),
                model -> assertThat(model.spec().layers().getLast().attention().kvHeadCount())
                        .isEqualTo(4));
    }

    @Test
    void optionalKeysAreHonoured() {
        opened(
                llama().key("attention.scale", 0.5f)
                        .key("attention.sliding_window", 12)
                        .key("attention.head_count_kv", List.of(2, 2))
                        .key("rope.dimension_count", 4)
                        .key("rope.freq_base", 500_000f)
                        .key("rope.scaling.type", "linear")
                        .key("rope.scaling.factor", 2f)
                        .metadata("general.name", "Tiny"),
                model -> {
                    AttentionSpec attention = model.spec().layers().getFirst().attention();
                    assertThat(model.spec().name()).isEqualTo("Tiny");
                    assertThat(attention.scale()).isEqualTo(0.5f);
                    assertThat(attention.windowTokens()).isEqualTo(12);
                    assertThat(model.spec().cacheGroups().getFirst().windowTokens())
                            .isEqualTo(12);
                    assertThat(attention.kvHeadCount()).isEqualTo(2);
                    assertThat(attention.rotary().rotatedDims()).isEqualTo(4);
                    assertThat(attention.rotary().theta()).isEqualTo(500_000);
                    assertThat(attention.rotary().scaling()).isEqualTo(new RotaryScaling.Linear(2));
                });
    }

    @Test
    void biasesAndTiedHeadsAreSeenInTheTensors() {
        TinyDecoder decoder = llama().withoutTensor("output.weight");
        for (int layer = 0; layer < 2; layer++) {
            decoder.tensor("blk." + layer + ".attn_q.bias", 32)
                    .tensor("blk." + layer + ".attn_k.bias", 16)
                    .tensor("blk." + layer + ".attn_v.bias", 16);
        }
        opened(decoder, model -> {
            assertThat(model.spec().tiedHead()).isTrue();
            assertThat(model.spec().layers().getLast().attention().projectionBias())
                    .isTrue();
            Weight bias = model.weights().weight(WeightKey.of(WeightRole.VALUE_BIAS, 1));
            assertThat(bias.rows()).isEqualTo(1);
            assertThat(bias.columns()).isEqualTo(16);
        });
    }

    @Test
    void linearFactorAndTensorOfFactorsMultiply() {
        opened(
                llama().key("rope.scaling.factor", 2f).tensor("rope_freqs.weight", 4),
                model -> assertThat(model.spec()
                                .layers()
                                .getFirst()
                                .attention()
                                .rotary()
                                .scaling())
                        .isInstanceOfSatisfying(RotaryScaling.Factors.class, scaling -> {
                            assertThat(scaling.factors()).hasSize(4);
                            for (float factor : scaling.factors()) {
                                assertThat(factor).isBetween(1f, 4f);
                            }
                        }));
    }

    @Test
    void unknownArchitecturesAreNamedWithTheKnown() {
        unsupported(new TinyDecoder("mamba"), "architecture mamba", "llama, qwen2, qwen3");
        corrupt(llama().metadata("general.architecture", 3), "general.architecture", "an integer");
    }

    @Test
    void whatWouldComputeSomethingElseIsRefusedByName() {
        unsupported(llama().key("rope.scaling.type", "yarn"), "llama.rope.scaling.type", "yarn");
        unsupported(llama().key("rope.scaling.type", "longrope"), "llama.rope.scaling.type", "longrope");
        unsupported(llama().key("expert_count", 8), "llama.expert_count", "8");
        unsupported(llama().key("logit_scale", 0.5f), "llama.logit_scale", "0.5");
        unsupported(llama().key("attention.max_alibi_bias", 8f), "llama.attention.max_alibi_bias");
        unsupported(llama().key("attention.causal", false), "llama.attention.causal");
        unsupported(llama().key("attention.value_length", 16), "llama.attention.value_length", "16");
        unsupported(llama().key("attention.head_count_kv", List.of(1, 2)), "head_count_kv", "[1, 2]");
        unsupported(llama().metadata("general.type", "adapter"), "general.type", "adapter");
        unsupported(llama().metadata("split.count", 3), "split.count", "3");
        unsupported(llama().metadata("general.quantization_version", 1), "quantization_version");
        unsupported(llama().tensor("blk.1.attn_output.bias", 32), "no use for 1 tensors", "blk.1.attn_output.bias");
        unsupported(llama().tensor("blk.2.attn_q.weight", 32, 32), "blk.2.attn_q.weight");
    }

    @Test
    void missingAndMisshapenTensorsAreNamed() {
        corrupt(llama().withoutTensor("blk.1.ffn_up.weight"), "1 tensors", "missing", "blk.1.ffn_up.weight");
        corrupt(new TinyDecoder("qwen3"), "4 tensors", "blk.0.attn_q_norm.weight", "blk.1.attn_k_norm.weight");
        corrupt(llama().tensor("blk.0.attn_q.bias", 32), "5 tensors", "blk.0.attn_k.bias", "blk.1.attn_v.bias");
        corrupt(
                llama().tensor("blk.1.ffn_down.weight", 32, 64),
                "blk.1.ffn_down.weight has shape [64, 32]",
                "DOWN's [32, 64]");
        corrupt(llama().tensor("token_embd.weight", 32, 41), "token_embd.weight", "[41, 32]", "[40, 32]");
        corrupt(llama().tensor("output_norm.weight", 31), "output_norm.weight has shape [31]", "[32]");
        corrupt(llama().tensor("rope_freqs.weight", 5), "rope_freqs.weight has shape [5]", "[4]");
    }

    @Test
    void missingAndImpossibleKeysAreNamed() {
        for (String key : List.of(
                "embedding_length",
                "block_count",
                "context_length",
                "feed_forward_length",
                "attention.head_count",
                "attention.layer_norm_rms_epsilon")) {
            corrupt(llama().withoutKey(key), "llama." + key, "missing");
            corrupt(llama().key(key, "x"), "llama." + key, "a string");
            corrupt(llama().key(key, 0), "llama." + key);
            corrupt(llama().key(key, -1), "llama." + key, "-1");
        }
        corrupt(llama().key("block_count", 1 << 28), "llama.block_count", "at most 21");
        corrupt(llama().key("embedding_length", Integer.MAX_VALUE), "llama.embedding_length", "2147483647");
        corrupt(llama().key("embedding_length", 1L << 40), "llama.embedding_length", "1099511627776");
        corrupt(llama().key("attention.head_count", 3), "llama.attention.head_count");
        corrupt(llama().key("attention.head_count_kv", 3), "llama.attention.head_count_kv", "divide");
        corrupt(llama().key("attention.head_count_kv", List.of(2)), "head_count_kv", "2 layers");
        corrupt(llama().key("rope.dimension_count", 10), "llama.rope.dimension_count", "10");
        corrupt(llama().key("rope.dimension_count", 5), "llama.rope.dimension_count", "5");
        corrupt(llama().key("rope.freq_base", Float.NaN), "llama.rope.freq_base", "NaN");
        corrupt(llama().key("attention.layer_norm_rms_epsilon", Float.POSITIVE_INFINITY), "Infinity");
    }

    @Test
    void unreadableTensorTypesAreNamed() {
        TinyDecoder decoder = llama().withoutTensor("blk.0.ffn_down.weight");
        GgufWriter writer = decoder.toWriter();
        writer.rawTensor("blk.0.ffn_down.weight", GgmlType.Q5_0.id(), new long[] {64, 32}, new byte[64 / 32 * 22 * 32]);
        refused(writer, ErrorCode.MODEL_UNSUPPORTED, "blk.0.ffn_down.weight", "Q5_0");
    }

    @Test
    void theVocabularyComesFromKeyListOrEmbedding() {
        List<String> tokens = IntStream.range(0, 40).mapToObj(i -> "t" + i).toList();
        for (UnaryOperator<TinyDecoder> change : List.<UnaryOperator<TinyDecoder>>of(
                decoder -> decoder,
                decoder -> decoder.withoutKey("vocab_size").metadata("tokenizer.ggml.tokens", tokens),
                decoder -> decoder.withoutKey("vocab_size"))) {
            opened(
                    change.apply(llama()),
                    model -> assertThat(model.spec().vocabularyTokens()).isEqualTo(40));
        }
    }

    @Test
    void summariesCountParametersBytesAndCache() {
        try (GgufFile file = GgufFile.open(llama().toWriter().write(folder.resolve("summary.gguf")))) {
            ModelSummary summary = ModelSummary.of(file);
            long parameters = 2 * 40 * 32 + 32 + 2 * (2 * 32 + 2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 64);
            assertThat(summary.checkpoint().parameterCount()).isEqualTo(parameters);
            assertThat(summary.checkpoint().packedBytes()).isEqualTo(4 * parameters);
            assertThat(summary.checkpoint().bitsPerParameter()).isEqualTo(32);
            assertThat(summary.checkpoint().use(GgmlType.F32).tensorCount()).isEqualTo(21);
            assertThat(summary.kvBytesPerToken(2)).isEqualTo(2 * 2 * 2 * 2 * 8);
            assertThat(summary.kvBytesPerSequence(100, 2)).isEqualTo(100 * summary.kvBytesPerToken(2));
        }
        try (GgufFile file = GgufFile.open(
                llama().key("attention.sliding_window", 12).toWriter().write(folder.resolve("window.gguf")))) {
            ModelSummary summary = ModelSummary.of(file);
            assertThat(summary.kvBytesPerSequence(100, 2)).isEqualTo(12 * summary.kvBytesPerToken(2));
        }
    }

    private static TinyDecoder llama() {
        return new TinyDecoder("llama");
    }

    private void opened(TinyDecoder decoder, Consumer<LoadedModel> check) {
        try (LoadedModel model = GgufModels.open(decoder.toWriter().write(newFile()))) {
            check.accept(model);
        }
    }

    private void corrupt(TinyDecoder decoder, String... parts) {
        refused(decoder.toWriter(), ErrorCode.MODEL_CORRUPT, parts);
    }

    private void unsupported(TinyDecoder decoder, String... parts) {
        refused(decoder.toWriter(), ErrorCode.MODEL_UNSUPPORTED, parts);
    }

    private void refused(GgufWriter writer, ErrorCode code, String... parts) {
        Path path = writer.write(newFile());
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> GgufModels.open(path).close())
                .withMessageContainingAll(parts)
                .withMessageContaining(String.valueOf(path.getFileName()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private Path newFile() {
        return folder.resolve("model-" + files++ + ".gguf");
    }
}
