package dev.javelin.model.architecture;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufTensor;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The llama family: pre-norm decoders with RMS norms, rotary grouped-query attention and a gated SiLU MLP (Touvron et
 * al. 2023). Immutable, any thread.
 *
 * <p>Whether projections have biases and whether the head is tied is seen in the tensors, as GGUF has no key for
 * either.
 *
 * @param name in {@code general.architecture}
 * @param rotaryLayout how query and key rows lie in the file
 * @param headNorm whether every query and key head is normalised (Qwen 3)
 */
record DecoderArchitecture(String name, RotaryLayout rotaryLayout, boolean headNorm) implements Architecture {
    @Override
    public ModelSpec spec(GgufFile file) {
        ArchitectureKeys keys = new ArchitectureKeys(file.metadata(), name);
        refuseWhatIsNotComputed(keys);
        int hiddenSize = keys.requireSize("embedding_length");
        int layerCount = layerCount(keys, file);
        NormSpec norm = new NormSpec(NormSpec.Kind.RMS, keys.requirePositive("attention.layer_norm_rms_epsilon"));
        AttentionSpec attention = attention(file, keys, hiddenSize, layerCount, norm);
        int intermediateSize = keys.requireUniformSize("feed_forward_length", layerCount);
        MlpSpec mlp = new MlpSpec(intermediateSize, MlpSpec.Activation.SILU);
        List<Integer> layerIndexes = IntStream.range(0, layerCount).boxed().toList();
        return new ModelSpec(
                name,
                file.metadata().findString("general.name").orElse(name),
                vocabularyTokens(keys, file),
                hiddenSize,
                keys.requireSize("context_length"),
                Collections.nCopies(layerCount, new LayerSpec(norm, attention, norm, mlp, 0)),
                norm,
                !has(file, WeightKey.of(WeightRole.LM_HEAD)),
                List.of(new CacheGroup(
                        0, layerIndexes, attention.kvHeadCount(), attention.headDim(), attention.windowTokens())));
    }

    private AttentionSpec attention(
            GgufFile file, ArchitectureKeys keys, int hiddenSize, int layerCount, NormSpec norm) {
        int headCount = keys.requireUniformSize("attention.head_count", layerCount);
        int kvHeadCount =
                keys.findUniformSize("attention.head_count_kv", layerCount).orElse(headCount);
        if (headCount % kvHeadCount != 0) {
            throw file.metadata()
                    .corrupt(
                            keys.full("attention.head_count_kv"),
                            kvHeadCount,
                            "it must divide the " + headCount + " heads");
        }
        int headDim = headDim(file, keys, hiddenSize, headCount);
        return new AttentionSpec(
                headCount,
                kvHeadCount,
                headDim,
                keys.positiveOr("attention.scale", (float) (1 / Math.sqrt(headDim))),
                has(file, WeightKey.of(WeightRole.QUERY_BIAS, 0)),
                headNorm ? norm : null,
                rotary(file, keys, headDim),
                windowTokens(keys));
    }

    private static int headDim(GgufFile file, ArchitectureKeys keys, int hiddenSize, int headCount) {
        String key = "attention.key_length";
        if (!file.metadata().contains(keys.full(key)) && hiddenSize % headCount != 0) {
            throw file.metadata()
                    .corrupt(
                            keys.full("attention.head_count"),
                            headCount,
                            "it must divide embedding_length " + hiddenSize + ", as there is no " + key);
        }
        int headDim = keys.sizeOr(key, Math.max(1, hiddenSize / headCount));
        int valueDim = keys.sizeOr("attention.value_length", headDim);
        if (valueDim != headDim) {
            throw keys.unsupported("attention.value_length", valueDim, "another length than key_length " + headDim);
        }
        return headDim;
    }

    private RotarySpec rotary(GgufFile file, ArchitectureKeys keys, int headDim) {
        int rotatedDims = keys.sizeOr("rope.dimension_count", headDim);
        if (rotatedDims > headDim || rotatedDims % 2 != 0) {
            throw file.metadata()
                    .corrupt(
                            keys.full("rope.dimension_count"),
                            rotatedDims,
                            "it must be even and at most the head's " + headDim);
        }
        return new RotarySpec(
                rotaryLayout,
                rotatedDims,
                keys.positiveOr("rope.freq_base", 10_000),
                new RotaryScalingReader(file, keys).read(rotatedDims));
    }

    /** Zero, as some converters write it, is no window. */
    private static @Nullable Integer windowTokens(ArchitectureKeys keys) {
        String key = "attention.sliding_window";
        int window = keys.metadata().findInt(keys.full(key)).orElse(0);
        return window == 0 ? null : keys.requireSize(key);
    }

    private static int layerCount(ArchitectureKeys keys, GgufFile file) {
        int layerCount = keys.requireSize("block_count");
        if (layerCount > file.tensors().size()) {
            throw file.metadata()
                    .corrupt(
                            keys.full("block_count"),
                            layerCount,
                            "the file has " + file.tensors().size() + " tensors");
        }
        return layerCount;
    }

    /** What the file says, or how many tokens it lists, or how many rows its embedding has. */
    private static int vocabularyTokens(ArchitectureKeys keys, GgufFile file) {
        int listed = file.metadata()
                .findStrings("tokenizer.ggml.tokens")
                .map(List::size)
                .orElseGet(() -> file.tryTensor(GgufTensorNames.nameOf(WeightKey.of(WeightRole.TOKEN_EMBEDDING)))
                        .map(GgufTensor::rowCount)
                        .map(rows -> (int) Math.min(rows, Integer.MAX_VALUE))
                        .orElse(0));
        return keys.sizeOr("vocab_size", listed);
    }

    private static void refuseWhatIsNotComputed(ArchitectureKeys keys) {
        keys.refuseUnless("expert_count", 0);
        keys.refuseUnless("logit_scale", 1);
        keys.refuseUnless("embedding_scale", 1);
        keys.refuseUnless("residual_scale", 1);
        keys.refuseUnless("attention.clamp_kqv", 0);
        keys.refuseUnless("attention.max_alibi_bias", 0);
        keys.refuseUnless("attn_logit_softcapping", 0);
        keys.refuseUnless("final_logit_softcapping", 0);
        if (!keys.metadata().findBoolean(keys.full("attention.causal")).orElse(true)) {
            throw keys.unsupported("attention.causal", false, "attention to later tokens");
        }
    }

    private static boolean has(GgufFile file, WeightKey key) {
        return file.tryTensor(GgufTensorNames.nameOf(key)).isPresent();
    }
}
