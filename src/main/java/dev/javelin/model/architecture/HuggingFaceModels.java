package dev.javelin.model.architecture;

import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.Checkpoint;
import dev.javelin.model.checkpoint.CheckpointTensor;
import dev.javelin.model.checkpoint.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Makes models of Hugging Face folders: {@code config.json} and weights in safetensors. Stateless, any thread. */
public final class HuggingFaceModels {
    private HuggingFaceModels() {}

    /**
     * Opens a folder. The caller closes the model, and with it the files.
     *
     * @param modelName the model's name for people
     * @throws JavelinException as {@link ModelConfig#spec}, {@link SafetensorsCheckpoint#open} and {@link #takeModel}
     */
    public static LoadedModel open(Path folder, String modelName) {
        ModelSpec spec = ModelConfig.read(folder.resolve(ModelConfig.FILE_NAME)).spec(modelName);
        return takeModel(SafetensorsCheckpoint.open(folder), spec);
    }

    /**
     * The model of an open checkpoint. Takes the checkpoint over: it is closed with the model, or at once if this
     * fails.
     *
     * @param spec what its configuration says
     * @throws JavelinException {@code MODEL_CORRUPT} naming tensors that are missing or of another shape,
     *     {@code MODEL_UNSUPPORTED} naming those that nothing computes with
     */
    public static LoadedModel takeModel(Checkpoint checkpoint, ModelSpec spec) {
        boolean taken = false;
        try {
            Tying tying = Tying.of(checkpoint, spec);
            LoadedModel model =
                    new LoadedModel(tying.spec(), CheckpointWeights.bind(checkpoint, tying.spec(), tying.names()));
            taken = true;
            return model;
        } finally {
            if (!taken) {
                checkpoint.close();
            }
        }
    }

    /**
     * What a checkpoint says of a head that its configuration ties to the embedding: like transformers, we believe the
     * configuration unless the file holds both and they differ. A tied pair of which the file holds one is that one.
     *
     * @param spec with the head that there is
     * @param names of the tensors
     */
    private record Tying(ModelSpec spec, HuggingFaceTensorNames names) {
        static Tying of(Checkpoint checkpoint, ModelSpec spec) {
            Optional<? extends CheckpointTensor> embedding = checkpoint.tryTensor(HuggingFaceTensorNames.EMBEDDING);
            Optional<? extends CheckpointTensor> head = checkpoint.tryTensor(HuggingFaceTensorNames.HEAD);
            if (!spec.tiedHead() || head.isEmpty()) {
                return new Tying(spec, new HuggingFaceTensorNames(HuggingFaceTensorNames.EMBEDDING, Set.of()));
            }
            if (embedding.isEmpty()) {
                return new Tying(spec, new HuggingFaceTensorNames(HuggingFaceTensorNames.HEAD, Set.of()));
            }
            boolean same = isSame(embedding.get(), head.get());
            return new Tying(
                    spec.withTiedHead(same),
                    new HuggingFaceTensorNames(
                            HuggingFaceTensorNames.EMBEDDING, same ? Set.of(HuggingFaceTensorNames.HEAD) : Set.of()));
        }

        private static boolean isSame(CheckpointTensor one, CheckpointTensor other) {
            return one.shape().equals(other.shape())
                    && one.type() == other.type()
                    && one.data().mismatch(other.data()) < 0;
        }
    }
}
