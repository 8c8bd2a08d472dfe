package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.Dequantizer;
import dev.javelin.model.checkpoint.SafetensorsType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of configuration and weights: every tensor finds its role, or is named. */
class HuggingFaceModelsTest {
    private static final long SEED = 20_251_125;
    private static final int FUZZ_ROUNDS = 3000;

    @TempDir
    private Path folder;

    private int folders;

    @Test
    void everyTensorBecomesTheWeightOfItsRole() {
        opened(llama(), model -> {
            assertThat(model.spec().tiedHead()).isFalse();
            assertThat(model.weights().all()).hasSize(3 + 2 * 9);
            Weight key = model.weights().weight(WeightKey.of(WeightRole.KEY, 1));
            assertThat(key.rows()).isEqualTo(16);
            assertThat(key.columns()).isEqualTo(32);
            assertThat(key.format()).isEqualTo(WeightFormat.F32);
            Weight norm = model.weights().weight(WeightKey.of(WeightRole.MLP_NORM, 0));
            assertThat(norm.rows()).isEqualTo(1);
        });
        TinyFolder qwen2 = new TinyFolder("Qwen2ForCausalLM").type(SafetensorsType.BF16);
        TinyFolder qwen3 = new TinyFolder("Qwen3ForCausalLM").type(SafetensorsType.F16);
        for (int layer = 0; layer < 2; layer++) {
            qwen2.layerTensor(layer, "self_attn.q_proj.bias", 32)
                    .layerTensor(layer, "self_attn.k_proj.bias", 16)
                    .layerTensor(layer, "self_attn.v_proj.bias", 16);
            qwen3.layerTensor(layer, "self_attn.q_norm.weight", 8).layerTensor(layer, "self_attn.k_norm.weight", 8);
        }
        opened(
                qwen2,
                model -> assertThat(model.weights().weight(WeightKey.of(WeightRole.VALUE_BIAS, 1)))
                        .satisfies(bias -> {
                            assertThat(bias.columns()).isEqualTo(16);
                            assertThat(bias.format()).isEqualTo(WeightFormat.BF16);
                        }));
        opened(
                qwen3,
                model -> assertThat(model.weights().weight(WeightKey.of(WeightRole.QUERY_NORM, 0)))
                        .satisfies(norm -> {
                            assertThat(norm.columns()).isEqualTo(8);
                            assertThat(norm.format()).isEqualTo(WeightFormat.F16);
                        }));
    }

    @Test
    void doublesAreTheSameWeightsInSinglePrecision() {
        Weight[] loaded = new Weight[1];
        opened(
                llama().type(SafetensorsType.F64),
                doubles -> opened(llama(), singles -> {
                    for (Weight weight : singles.weights().all()) {
                        Weight other = doubles.weights().weight(weight.key());
                        assertThat(other.format()).isEqualTo(WeightFormat.F32);
                        for (int row = 0; row < weight.rows(); row++) {
                            assertThat(Dequantizer.row(other, row)).isEqualTo(Dequantizer.row(weight, row));
                        }
                        loaded[0] = other;
                    }
                }));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> Dequantizer.row(loaded[0], 0));
    }

    @Test
    void frequenciesInTheFileAreRedundant() {
        opened(
                llama().layerTensor(0, "self_attn.rotary_emb.inv_freq", 4).tensor("model.rotary_emb.inv_freq", 4),
                model -> assertThat(model.weights().all()).hasSize(3 + 2 * 9));
    }

    @Test
    void tiedHeadsAreBelievedUnlessTheFileSaysOtherwise() {
        TinyFolder tied = llama();
        tied.config().put("tie_word_embeddings", true);
        opened(tied, model -> assertThat(model.spec().tiedHead()).isFalse()); // both are there and differ
        opened(tied.copy("model.embed_tokens.weight", "lm_head.weight"), model -> {
            assertThat(model.spec().tiedHead()).isTrue();
            assertThat(model.weights().tryWeight(WeightKey.of(WeightRole.LM_HEAD)))
                    .isEmpty();
        });
        opened(
                tied.without("lm_head.weight"),
                model -> assertThat(model.spec().tiedHead()).isTrue());
        opened(tied.copy("model.embed_tokens.weight", "lm_head.weight").without("model.embed_tokens.weight"), model -> {
            assertThat(model.spec().tiedHead()).isTrue();
            assertThat(model.weights()
                            .weight(WeightKey.of(WeightRole.TOKEN_EMBEDDING))
                            .rows())
                    .isEqualTo(40);
        });
        refused(llama().without("lm_head.weight"), ErrorCode.MODEL_CORRUPT, "1 tensors", "missing: lm_head.weight");
    }

    @Test
    void missingUnusedAndMisshapenTensorsAreNamed() {
        refused(
                llama().without("model.layers.1.mlp.up_proj.weight"),
                ErrorCode.MODEL_CORRUPT,
                "1 tensors of a llama model are missing: model.layers.1.mlp.up_proj.weight");
        refused(
                llama().layerTensor(1, "self_attn.o_proj.bias", 32),
                ErrorCode.MODEL_UNSUPPORTED,
                "no use for 1 tensors",
                "model.layers.1.self_attn.o_proj.bias");
        refused(
                llama().layerTensor(0, "mlp.down_proj.weight", 64, 32),
                ErrorCode.MODEL_CORRUPT,
                "model.safetensors: tensor model.layers.0.mlp.down_proj.weight has shape [64, 32]",
                "DOWN's [32, 64]");
        refused(llama().tensor("model.norm.weight", 0), ErrorCode.MODEL_CORRUPT, "model.norm.weight has shape [0]");
        refused(new TinyFolder("Qwen2ForCausalLM"), ErrorCode.MODEL_CORRUPT, "6 tensors", "q_proj.bias");
        refused(llama().tensor("model.embed_tokens.weight", 41, 32), ErrorCode.MODEL_CORRUPT, "[41, 32]", "[40, 32]");
    }

    @Test
    void integersWhereWeightsBelongAreNamed() throws IOException {
        TinyFolder tiny = llama().without("model.norm.weight");
        Path path = tiny.write(next());
        tiny.toWriter()
                .tensor("model.norm.weight", "I8", new long[] {32}, new byte[32])
                .write(path.resolve("model.safetensors"));
        refused(path, ErrorCode.MODEL_UNSUPPORTED, "model.norm.weight has type I8");
        Files.delete(path.resolve("model.safetensors"));
        refused(path, ErrorCode.MODEL_UNAVAILABLE, "no model.safetensors");
        Files.delete(path.resolve("config.json"));
        refused(path, ErrorCode.MODEL_UNAVAILABLE, "config.json");
    }

    /** A damaged configuration is refused with a typed error, or every weight can be read. */
    @Test
    void damagedConfigurationsAreRefusedOrWhole() throws IOException {
        TinyFolder tiny = llama();
        tiny.config()
                .put("tie_word_embeddings", false)
                .put("rms_norm_eps", 1e-5)
                .put("rope_theta", 1e4);
        tiny.config().putObject("rope_scaling").put("rope_type", "linear").put("factor", 2);
        Path path = tiny.write(next());
        byte[] whole = tiny.config().toString().getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < FUZZ_ROUNDS; round++) {
            Random random = new Random(SEED + round);
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(2); i >= 0; i--) {
                int at = random.nextInt(damaged.length);
                damaged[at] = random.nextBoolean() ? (byte) ('0' + random.nextInt(10)) : (byte) random.nextInt(128);
            }
            Files.write(path.resolve("config.json"), damaged);
            refused += isRefused(path, round) ? 1 : 0;
        }
        assertThat(refused).isBetween(FUZZ_ROUNDS / 4, FUZZ_ROUNDS - FUZZ_ROUNDS / 100);
    }

    private static boolean isRefused(Path path, int round) {
        try (LoadedModel model = HuggingFaceModels.open(path, "fuzz")) {
            for (Weight weight : model.weights().all()) {
                assertThat(Dequantizer.row(weight, weight.rows() - 1)).hasSize((int) weight.columns());
            }
            double[] frequencies =
                    model.spec().layers().getFirst().attention().rotary().inverseFrequencies();
            assertThat(frequencies).as("round %d of seed %d", round, SEED).doesNotContain(Double.NaN);
            return false;
        } catch (JavelinException e) {
            assertThat(e.code())
                    .as("round %d of seed %d: %s", round, SEED, e.reason())
                    .isIn(ErrorCode.MODEL_CORRUPT, ErrorCode.MODEL_UNSUPPORTED);
            return true;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("round " + round + " of seed " + SEED, e);
        }
    }

    private static TinyFolder llama() {
        return new TinyFolder("LlamaForCausalLM");
    }

    private Path next() {
        return folder.resolve("model-" + folders++);
    }

    private void opened(TinyFolder tiny, Consumer<LoadedModel> check) {
        try (LoadedModel model = HuggingFaceModels.open(tiny.write(next()), "tiny")) {
            check.accept(model);
        }
    }

    private void refused(TinyFolder tiny, ErrorCode code, String... parts) {
        refused(tiny.write(next()), code, parts);
    }

    private static void refused(Path path, ErrorCode code, String... parts) {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> HuggingFaceModels.open(path, "tiny").close())
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
