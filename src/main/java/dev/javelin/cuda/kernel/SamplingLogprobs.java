package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.Map;

/**
 * Log-probabilities of drawn or given tokens and of the likeliest ones ({@code sampling_logprobs.cu}), launched for the
 * steps in which someone asks. Confined to the engine thread; launches follow each other on one stream.
 */
public final class SamplingLogprobs implements AutoCloseable {
    private static final int THREADS = 256;
    private static final int CHUNK = 8192;
    private static final int MAX_BLOCKS = 64;
    private static final int PARTIAL_BYTES = 176;

    private final int vocabularyTokens;
    private final int maxRequests;
    private final int blocks;
    private final DeviceBuffer tickets;
    private final DeviceBuffer partials;
    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /**
     * Compiles, takes scratch memory and empties it.
     *
     * @param arena has {@link #deviceBytes} left
     * @param vocabularyTokens V, at most 524,288
     * @param maxRequests most requests of a launch
     * @param stream where the scratch memory is emptied: before the first launch
     */
    public SamplingLogprobs(
            KernelCompiler compiler, DeviceArena arena, int vocabularyTokens, int maxRequests, CudaStream stream) {
        this.vocabularyTokens = vocabularyTokens;
        this.maxRequests = maxRequests;
        blocks = blocks(vocabularyTokens);
        if (blocks > MAX_BLOCKS) {
            throw new IllegalArgumentException(
                    "a vocabulary of " + vocabularyTokens + " tokens, the limit is " + MAX_BLOCKS * CHUNK);
        }
        tickets = arena.take((long) maxRequests * Integer.BYTES, "log-probability tickets");
        partials = arena.take((long) maxRequests * blocks * PARTIAL_BYTES, "log-probability partials");
        DeviceCopies.fill(stream, tickets, (byte) 0);
        module = compiler.compile(source());
        function = module.function("logprobs");
    }

    /** What is compiled. */
    public static KernelSource source() {
        return new KernelSource("sampling_logprobs.cu", Map.of());
    }

    /** Scratch memory on the device. */
    public static long deviceBytes(int vocabularyTokens, int maxRequests) {
        return DeviceArena.alignedBytes((long) maxRequests * Integer.BYTES)
                + DeviceArena.alignedBytes((long) maxRequests * blocks(vocabularyTokens) * PARTIAL_BYTES);
    }

    /**
     * Computes.
     *
     * @param logits f32 [rows, V], as the model gave them
     * @param requests what is wanted
     * @param drawnTokens i32 [rows]: {@link SamplingOutput#tokens}, read where a request asks for the drawn token
     * @param entries receives an entry a request: {@link SamplingOutput#entries}
     */
    public void launch(
            CudaStream stream,
            DeviceBuffer logits,
            LogprobRequests requests,
            DeviceBuffer drawnTokens,
            DeviceBuffer entries) {
        int count = requests.count();
        if (count < 1 || count > maxRequests) {
            throw new IllegalArgumentException(
                    count + " log-probability requests, the limits are 1 and " + maxRequests);
        }
        entries.requireBytes((long) count * SamplingOutput.ENTRY_BYTES, "log-probability entries");
        arguments
                .reset()
                .pointer(logits.address())
                .pointer(requests.buffer().address())
                .pointer(drawnTokens.address())
                .pointer(entries.address())
                .pointer(tickets.address())
                .pointer(partials.address())
                .int32(vocabularyTokens);
        function.launch(stream, new LaunchShape(blocks, count, 1, THREADS, CHUNK * Float.BYTES, true), arguments);
    }

    private static int blocks(int vocabularyTokens) {
        return (vocabularyTokens + CHUNK - 1) / CHUNK;
    }

    @Override
    public void close() {
        module.close();
    }
}
