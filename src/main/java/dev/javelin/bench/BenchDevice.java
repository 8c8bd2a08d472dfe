package dev.javelin.bench;

import dev.javelin.config.EngineAssembly;
import dev.javelin.config.ResolvedSettings;
import dev.javelin.cpu.CoreCeilings;
import dev.javelin.cuda.blas.CardCeilings;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightRole;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What measuring one backend needs to know of it: where a new backend plugs in. Immutable.
 *
 * @param ceilings measures what the device can do at best
 * @param streamedBytes bytes of weights that a step reads, as the runner holds them
 * @param scale by how much workloads shrink unless the user wants them in full
 * @param settings what takes the place of {@code auto} where workloads shrink, by name
 */
record BenchDevice(
        CeilingsSource ceilings, ToLongFunction<LoadedModel> streamedBytes, Scale scale, Map<String, String> settings) {
    /** The device of a resolved backend. */
    static BenchDevice of(ResolvedSettings settings) {
        return switch (settings.backend()) {
            case AUTO -> throw new IllegalStateException("the backend was not resolved");
            case CPU -> cpu(settings.cpuThreads());
            case CUDA -> cuda(settings.device());
        };
    }

    private static BenchDevice cuda(int index) {
        return new BenchDevice(
                () -> {
                    CardCeilings measured = EngineAssembly.measureCard(index);
                    return new DeviceCeilings(
                            measured.readBytesPerSecond(),
                            measured.copyBytesPerSecond(),
                            measured.gemmFlopsPerSecond(),
                            "bf16 " + measured.gemmSide() + " cubed, random numbers");
                },
                BenchDevice::bytesOnGpu,
                Scale.FULL,
                Map.of());
    }

    /** The CUDA runner holds two bytes an element, whatever the file has; of the embedding a step reads a few rows. */
    private static long bytesOnGpu(LoadedModel model) {
        boolean tied = model.spec().tiedHead();
        return model.weights().all().stream()
                .filter(weight -> tied || weight.key().role() != WeightRole.TOKEN_EMBEDDING)
                .mapToLong(weight -> weight.rows() * weight.columns() * Short.BYTES)
                .sum();
    }

    private static BenchDevice cpu(int threads) {
        return new BenchDevice(
                () -> {
                    CoreCeilings measured = CoreCeilings.measure(threads);
                    return new DeviceCeilings(
                            measured.readBytesPerSecond(),
                            measured.copyBytesPerSecond(),
                            measured.gemmFlopsPerSecond(),
                            "f32 " + CoreCeilings.GEMM_ROWS + " x " + CoreCeilings.GEMM_COLUMNS + " by "
                                    + CoreCeilings.GEMM_TOKENS);
                },
                BenchDevice::bytesInFile,
                Scale.CPU,
                Map.of("max-sequences", "32"));
    }

    /** The CPU runner reads weights as they lie in the file: all but the embedding, unless that is the head as well. */
    private static long bytesInFile(LoadedModel model) {
        boolean tied = model.spec().tiedHead();
        return model.weights().all().stream()
                .filter(weight -> tied || weight.key().role() != WeightRole.TOKEN_EMBEDDING)
                .map(Weight::data)
                .mapToLong(java.lang.foreign.MemorySegment::byteSize)
                .sum();
    }
}
