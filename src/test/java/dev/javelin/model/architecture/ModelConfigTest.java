package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.checkpoint.JsonKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code config.json} as transformers' classes read it, and what is refused by the key that asks for it. */
class ModelConfigTest {
    private static final Path LLAMA_8B = Path.of("src/test/resources/configs/llama-3.1-8b/config.json");

    private final ObjectNode json = (ObjectNode) JsonMapper.shared().readTree("""
                    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 40,
                     "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3,
                     "num_attention_heads": 4, "max_position_embeddings": 100}
                    """);

    @Test
    void llama31HasItsSizesAndScaling() {
        ModelConfig config = ModelConfig.read(LLAMA_8B);
        ModelSpec spec = config.spec("Llama-3.1-8B");
        AttentionSpec attention = spec.layers().getFirst().attention();
        assertThat(spec.architecture()).isEqualTo("llama");
        assertThat(spec.name()).isEqualTo("Llama-3.1-8B");
        assertThat(spec.layers()).hasSize(32);
        assertThat(spec.hiddenSize()).isEqualTo(4096);
        assertThat(spec.contextTokens()).isEqualTo(131072);
        assertThat(spec.vocabularyTokens()).isEqualTo(128256);
        assertThat(spec.outputNorm().epsilon()).isEqualTo(1e-5f);
        assertThat(spec.tiedHead()).isFalse();
        assertThat(attention.headCount()).isEqualTo(32);
        assertThat(attention.kvHeadCount()).isEqualTo(8);
        assertThat(attention.headDim()).isEqualTo(128);
        assertThat(attention.rotary().layout()).isEqualTo(RotaryLayout.HALVES);
        assertThat(attention.rotary().theta()).isEqualTo(500_000);
        assertThat(attention.rotary().scaling()).isEqualTo(new RotaryScaling.Llama3(8, 1, 4, 8192));
        assertThat(config.weightFormat()).isEqualTo(WeightFormat.BF16);
        long parameters = WeightShapes.of(spec).values().stream()
                .mapToLong(shape -> shape.rows() * shape.columns())
                .sum();
        assertThat(parameters).isEqualTo(8_030_261_248L);
    }

    @Test
    void absentKeysHaveTheirClassesDefaults() {
        ModelSpec llama = spec();
        assertThat(llama.outputNorm().epsilon()).isEqualTo(1e-6f);
        assertThat(llama.tiedHead()).isFalse();
        assertThat(attention(llama, 0).kvHeadCount()).isEqualTo(4);
        assertThat(attention(llama, 0).headDim()).isEqualTo(8);
        assertThat(attention(llama, 0).rotary().theta()).isEqualTo(10_000);
        assertThat(attention(llama, 0).windowTokens()).isNull();
        assertThat(attention(llama, 0).projectionBias()).isFalse();

        json.put("num_attention_heads", 32).put("hidden_size", 64);
        ModelSpec mistral = of("Mistral");
        assertThat(attention(mistral, 0).kvHeadCount()).isEqualTo(8);
        assertThat(attention(mistral, 0).windowTokens()).isEqualTo(4096);
        ModelSpec qwen2 = of("Qwen2");
        assertThat(attention(qwen2, 0).kvHeadCount()).isEqualTo(32);
        assertThat(attention(qwen2, 0).projectionBias()).isTrue();
        assertThat(attention(qwen2, 0).headNorm()).isNull();
        ModelSpec qwen3 = of("Qwen3");
        assertThat(attention(qwen3, 0).headDim()).isEqualTo(128);
        assertThat(attention(qwen3, 0).projectionBias()).isFalse();
        assertThat(attention(qwen3, 0).headNorm()).isNotNull();
    }

    @Test
    void nullIsNotAlwaysAbsence() {
        json.putNull("head_dim").putNull("rope_scaling").putNull("num_key_value_heads");
        json.putNull("sliding_window").putNull("quantization_config");
        assertThat(attention(of("Mistral"), 0).windowTokens()).isNull();
        assertThat(attention(of("Mistral"), 0).kvHeadCount()).isEqualTo(4);
        assertThat(attention(of("Llama"), 0).headDim()).isEqualTo(8);
    }

    @Test
    void architectureIsFoundByClassOrElseByType() {
        json.remove("architectures");
        assertThat(spec().architecture()).isEqualTo("llama");
        json.put("model_type", "qwen3").put("num_key_value_heads", 4);
        assertThat(spec().architecture()).isEqualTo("qwen3");
        json.put("model_type", "mamba");
        unsupported("architecture mamba", "LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM");
        json.remove("model_type");
        corrupt("architectures is missing");
        json.putArray("architectures").add("LlamaForSequenceClassification");
        unsupported("architecture LlamaForSequenceClassification");
        json.put("architectures", 3);
        corrupt("architectures is 3", "a list of strings");
    }

    @Test
    void rotaryIsReadInTheOldFormAndTheNew() {
        json.put("rope_theta", 5e5)
                .putObject("rope_scaling")
                .put("type", "linear")
                .put("factor", 2);
        assertThat(attention(spec(), 0).rotary().theta()).isEqualTo(5e5);
        assertThat(attention(spec(), 0).rotary().scaling()).isEqualTo(new RotaryScaling.Linear(2));

        json.remove("rope_scaling");
        json.remove("rope_theta");
        ObjectNode rotary = json.putObject("rope_parameters").put("rope_theta", 7e4);
        assertThat(attention(spec(), 0).rotary().theta()).isEqualTo(7e4);
        assertThat(attention(spec(), 0).rotary().scaling()).isEqualTo(new RotaryScaling.None());
        rotary.put("rope_type", "llama3").put("factor", 4).put("low_freq_factor", 1);
        rotary.put("high_freq_factor", 3);
        assertThat(attention(spec(), 0).rotary().scaling()).isEqualTo(new RotaryScaling.Llama3(4, 1, 3, 100));
        rotary.put("original_max_position_embeddings", 50);
        assertThat(attention(spec(), 0).rotary().scaling()).isEqualTo(new RotaryScaling.Llama3(4, 1, 3, 50));
        json.put("original_max_position_embeddings", 60);
        assertThat(attention(spec(), 0).rotary().scaling()).isEqualTo(new RotaryScaling.Llama3(4, 1, 3, 60));
    }

    @Test
    void impossibleAndUnknownRotationsAreNamed() {
        ObjectNode rotary = json.putObject("rope_scaling").put("rope_type", "yarn");
        unsupported("rope_scaling.rope_type is yarn", "linear and llama3");
        rotary.put("rope_type", "linear");
        corrupt("rope_scaling.factor is missing");
        rotary.put("factor", 0.5);
        corrupt("rope_scaling.factor is 0.5", "at least 1");
        rotary.put("factor", "8");
        corrupt("rope_scaling.factor is \"8\"", "a finite number");
        rotary.put("rope_type", "llama3").put("factor", 8).put("low_freq_factor", 4);
        rotary.put("high_freq_factor", 4);
        corrupt("rope_scaling.high_freq_factor is 4.0", "above low_freq_factor");
        rotary.put("high_freq_factor", 5).put("original_max_position_embeddings", 0);
        corrupt("original_max_position_embeddings is 0");
        rotary.put("partial_rotary_factor", 0.5);
        unsupported("rope_scaling.partial_rotary_factor is 0.5");
        json.remove("rope_scaling");
        json.put("rope_theta", 0);
        corrupt("rope_theta is 0");
        json.remove("rope_theta");
        json.putObject("rope_parameters").putObject("full_attention").put("rope_theta", 1e4);
        unsupported("rope_parameters.full_attention", "differs by layer");
    }

    @Test
    void windowsFollowTheirClassesRules() {
        json.put("sliding_window", 7).put("num_key_value_heads", 4);
        unsupported("sliding_window is 7");
        ModelSpec mistral = of("Mistral");
        assertThat(attention(mistral, 0).windowTokens()).isEqualTo(7);
        assertThat(mistral.cacheGroups()).containsExactly(new CacheGroup(0, List.of(0, 1, 2), 4, 8, 7));
        assertThat(attention(of("Qwen2"), 2).windowTokens()).isNull();

        json.put("use_sliding_window", true).put("max_window_layers", 1);
        ModelSpec qwen2 = of("Qwen2");
        assertThat(qwen2.layers().stream().map(LayerSpec::cacheGroupId)).containsExactly(0, 1, 1);
        assertThat(attention(qwen2, 0).windowTokens()).isNull();
        assertThat(attention(qwen2, 2).windowTokens()).isEqualTo(7);
        assertThat(qwen2.cacheGroups())
                .containsExactly(new CacheGroup(0, List.of(0), 4, 8, null), new CacheGroup(1, List.of(1, 2), 4, 8, 7));

        json.putArray("layer_types")
                .add("sliding_attention")
                .add("full_attention")
                .add("sliding_attention");
        ModelSpec qwen3 = of("Qwen3");
        assertThat(IntStream.range(0, 3).mapToObj(i -> attention(qwen3, i).windowTokens()))
                .containsExactly(7, null, 7);
        json.put("use_sliding_window", false);
        corrupt("layer_types is sliding_attention at 0");
        json.putArray("layer_types").add("full_attention");
        corrupt("layer_types is a list of 1", "layer 1");
        json.putArray("layer_types").add("chunked_attention");
        unsupported("layer_types is chunked_attention");
    }

    @Test
    void whatIsNotComputedIsRefusedByItsKey() {
        refusedWith("attention_bias", "true", "attention_bias");
        refusedWith("mlp_bias", "true", "mlp_bias");
        refusedWith("rope_interleaved", "true", "rope_interleaved");
        refusedWith("hidden_act", "\"gelu\"", "hidden_act is gelu");
        refusedWith("quantization_config", "{\"quant_method\": \"gptq\"}", "quant_method is gptq");
        refusedWith("partial_rotary_factor", "0.5", "partial_rotary_factor is 0.5");
        refusedWith("num_local_experts", "8", "num_local_experts is 8");
        refusedWith("logits_scaling", "2", "logits_scaling");
        refusedWith("attention_multiplier", "0.1", "attention_multiplier");
        refusedWith("v_head_dim", "16", "v_head_dim is 16", "head_dim 8");
        json.put("dtype", "float8_e4m3fn");
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> config().weightFormat())
                .withMessageContaining("dtype is float8_e4m3fn");
    }

    @Test
    void missingAndImpossibleSizesAreNamed() {
        for (String key : List.of(
                "vocab_size",
                "hidden_size",
                "intermediate_size",
                "num_hidden_layers",
                "num_attention_heads",
                "max_position_embeddings")) {
            var right = json.get(key);
            json.remove(key);
            corrupt(key + " is missing");
            json.put(key, 0);
            corrupt(key + " is 0");
            json.put(key, 1.5);
            corrupt(key + " is 1.5", "a whole number");
            json.put(key, 1L << 40);
            corrupt(key + " is 1099511627776");
            json.set(key, right);
        }
        json.put("num_hidden_layers", 10_001);
        corrupt("num_hidden_layers is 10001", "10000");
        json.put("num_hidden_layers", 2).put("num_attention_heads", 3);
        corrupt("num_attention_heads is 3", "divide hidden_size 32");
        json.put("num_attention_heads", 4).put("num_key_value_heads", 3);
        corrupt("num_key_value_heads is 3", "divide the 4 heads");
        json.put("num_key_value_heads", 2).put("head_dim", 5);
        corrupt("head_dim is 5", "even");
        json.put("head_dim", 1 << 28).put("hidden_size", 1 << 28);
        corrupt("hidden_size is 268435456", "parameters");
        json.put("head_dim", 8).put("hidden_size", 32).put("rms_norm_eps", 0);
        corrupt("rms_norm_eps is 0");
    }

    @Test
    void otherJsonThanAnObjectIsRefused() {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> JsonKeys.of("config.json", JsonMapper.shared().readTree("[1]")))
                .withMessageContaining("config.json must hold an object");
    }

    private void refusedWith(String key, String value, String... parts) {
        json.set(key, JsonMapper.shared().readTree(value));
        unsupported(parts);
        json.remove(key);
    }

    private ModelSpec of(String family) {
        json.putArray("architectures").add(family + "ForCausalLM");
        return spec();
    }

    private static AttentionSpec attention(ModelSpec spec, int layer) {
        return spec.layers().get(layer).attention();
    }

    private ModelConfig config() {
        return new ModelConfig(JsonKeys.of("config.json", json));
    }

    private ModelSpec spec() {
        return config().spec("tiny");
    }

    private void corrupt(String... parts) {
        refused(ErrorCode.MODEL_CORRUPT, parts);
    }

    private void unsupported(String... parts) {
        refused(ErrorCode.MODEL_UNSUPPORTED, parts);
    }

    private void refused(ErrorCode code, String... parts) {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(this::spec)
                .withMessageContaining("config.json: ")
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
