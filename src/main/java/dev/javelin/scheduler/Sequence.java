package dev.javelin.scheduler;

import dev.javelin.kvcache.SequenceBlocks;
import dev.javelin.ownership.EngineThread;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the making. Confined to the engine thread; {@link Scheduler} changes it.
 *
 * <pre>
 *   0            computed        planned            tokenCount
 *   |---------------|---------------|--------------------|~~~~~~~~~~~~~~~~~~|
 *    in the blocks    in flight       known, to be run     samplesInFlight: drawn, not yet known
 *
 *   answers decode when exactly one token, known or not, has not been planned
 * </pre>
 */
@EngineThread
public final class Sequence {
    /** By priority, then by arrival: who comes first in everything. */
    static final Comparator<Sequence> RANK = Comparator.<Sequence>comparingInt(sequence -> sequence.request.priority())
            .thenComparingLong(sequence -> sequence.request.arrivalOrder());

    private static final int NO_SLOT = -1;

    private final SequenceRequest request;
    private final @Nullable Sequence leader;
    private int[] tokenIds;
    private int tokenCount;
    private int plannedTokens;
    private int computedTokens;
    /** Prompt tokens whose scores are known; nothing precedes the first, so it has none. */
    private int scoredTokens = 1;

    private int samplesInFlight;
    private int slotId = NO_SLOT;
    private int epoch;
    private boolean promptWasComputed;
    private boolean slotHasLastToken;
    private SequenceState state = SequenceState.WAITING;
    private @Nullable SequenceBlocks blocks;

    /**
     * A waiting sequence.
     *
     * @param request what it needs
     * @param leader the first choice of the same request, whose prompt this one waits for; null for the first itself
     */
    public Sequence(SequenceRequest request, @Nullable Sequence leader) {
        this.request = request;
        this.leader = leader;
        this.tokenIds = request.promptTokenIds();
        this.tokenCount = tokenIds.length;
    }

    /** What it needs. */
    public SequenceRequest request() {
        return request;
    }

    /** Where it is in its life. */
    public SequenceState state() {
        return state;
    }

    /** Tokens known: prompt and answer. */
    public int tokenCount() {
        return tokenCount;
    }

    /** Tokens of the answer that are known. */
    public int answerTokens() {
        return tokenCount - request.promptTokenIds().length;
    }

    int[] tokenIds() {
        return tokenIds;
    }

    int plannedTokens() {
        return plannedTokens;
    }

    int computedTokens() {
        return computedTokens;
    }

    int slotId() {
        return slotId;
    }

    /** Counts how often it gave up a slot: a row planned in an earlier epoch means nothing any more. */
    int epoch() {
        return epoch;
    }

    SequenceBlocks blocks() {
        SequenceBlocks held = blocks;
        if (held == null) {
            throw new IllegalStateException("sequence " + request.sequenceId() + " is " + state + " and has no blocks");
        }
        return held;
    }

    /** Tokens, known or drawn and in flight, that no step was planned for. */
    int unplannedTokens() {
        return tokenCount + samplesInFlight - plannedTokens;
    }

    /** Whether the answer may reach its limit with what is in flight. */
    boolean mayBeFull() {
        return answerTokens() + samplesInFlight >= request.maxTokens();
    }

    /** Whether the token to run next is the one that the slot drew last. */
    boolean readsLastSampled() {
        return slotHasLastToken && unplannedTokens() == 1;
    }

    /** Whether cached blocks may stand for its first tokens: not while scores of the prompt are owed. */
    boolean mayUsePrefix() {
        return !request.scoresPrompt() || scoredTokens >= request.promptTokenIds().length;
    }

    /** Whether it is the first choice of its request. */
    boolean isFirstChoice() {
        return leader == null;
    }

    /** Whether it waits for the first choice of its request. */
    boolean waitsForLeader() {
        return leader != null && !leader.state.isTerminal() && !leader.promptWasComputed;
    }

    /** The prompt tokens that a span scores: those that follow its tokens. */
    int[] scoredBy(int spanTokens) {
        int from = plannedTokens + 1;
        int to = Math.min(plannedTokens + spanTokens + 1, request.promptTokenIds().length);
        return mayUsePrefix() || from >= to ? Scheduler.NO_TOKENS : Arrays.copyOfRange(tokenIds, from, to);
    }

    void admit(int slot, SequenceBlocks held, int cachedTokens) {
        slotId = slot;
        blocks = held;
        plannedTokens = cachedTokens;
        computedTokens = cachedTokens;
        slotHasLastToken = false;
        state = SequenceState.RUNNING;
    }

    void plan(int spanTokens, boolean samples) {
        plannedTokens += spanTokens;
        samplesInFlight += samples ? 1 : 0;
        slotHasLastToken = samples;
    }

    /** Books a completed span; returns how many of its scores, the first ones, were delivered before. */
    int complete(int spanTokens, boolean sampled, int scores) {
        int knownScores = Math.max(0, scoredTokens - (computedTokens + 1));
        scoredTokens = Math.max(scoredTokens, computedTokens + 1 + scores);
        computedTokens += spanTokens;
        samplesInFlight -= sampled ? 1 : 0;
        promptWasComputed |= computedTokens >= request.promptTokenIds().length;
        return knownScores;
    }

    void append(int tokenId) {
        if (tokenCount == tokenIds.length) {
            tokenIds = Arrays.copyOf(tokenIds, Math.max(16, 2 * tokenCount));
        }
        tokenIds[tokenCount++] = tokenId;
    }

    /** Gives up slot and blocks, which the caller has taken back. */
    void leave(SequenceState next) {
        slotId = NO_SLOT;
        blocks = null;
        plannedTokens = 0;
        computedTokens = 0;
        samplesInFlight = 0;
        epoch++;
        state = next;
    }
}
