package dev.javelin.bench;

import dev.javelin.engine.EngineRequest;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes requests of random token ids that never end early. Confined to one thread; the same seed gives the same
 * requests in the same order.
 */
final class Requests {
    private static final int[] NONE = {};

    private final SplittableRandom random;
    private final int vocabularyTokens;
    private final SamplingParams sampling;
    private final String idPrefix;
    private int madeCount;

    /**
     * A source of one row's requests.
     *
     * @param seed the run's
     * @param row the row's name: rows draw independently of each other
     * @param vocabularyTokens ids are below this
     * @param sampling how answers are drawn
     */
    Requests(long seed, String row, int vocabularyTokens, SamplingParams sampling) {
        this.random = new SplittableRandom(seed * 31 + row.hashCode());
        this.vocabularyTokens = vocabularyTokens;
        this.sampling = sampling;
        this.idPrefix = row + "-";
    }

    /** Random token ids. */
    int[] tokens(int count) {
        return IntStream.generate(() -> random.nextInt(vocabularyTokens))
                .limit(count)
                .toArray();
    }

    /** A request that shares no cached prefix with any other. */
    EngineRequest alone(RequestShape shape) {
        return of(tokens(shape.promptTokens()), shape.answerTokens(), idPrefix + madeCount);
    }

    /** As many of them as there are shapes. */
    List<EngineRequest> alone(List<RequestShape> shapes) {
        List<EngineRequest> requests = new ArrayList<>(shapes.size());
        for (RequestShape shape : shapes) {
            requests.add(alone(shape));
        }
        return requests;
    }

    /**
     * A request that begins as others do.
     *
     * @param prefix its first tokens
     * @param ownTokens random tokens that follow
     * @param answerTokens tokens of the answer
     * @param cacheSalt it shares cached prefixes with requests of the same salt
     */
    EngineRequest withPrefix(int[] prefix, int ownTokens, int answerTokens, String cacheSalt) {
        int[] prompt = IntStream.concat(IntStream.of(prefix), IntStream.of(tokens(ownTokens)))
                .toArray();
        return of(prompt, answerTokens, cacheSalt);
    }

    /** A salt that no request had before. */
    String newSalt() {
        return idPrefix + "salt-" + madeCount++;
    }

    private EngineRequest of(int[] promptTokens, int answerTokens, String cacheSalt) {
        return new EngineRequest(
                idPrefix + madeCount++,
                promptTokens,
                sampling,
                random.nextLong(),
                answerTokens,
                0,
                NONE,
                LogprobOptions.NONE,
                1,
                0,
                cacheSalt);
    }
}
