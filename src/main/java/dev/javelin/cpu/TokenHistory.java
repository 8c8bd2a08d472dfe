package dev.javelin.cpu;

import java.util.Arrays;

/**
 * The tokens of one sequence and how often each occurs, for penalties. Confined to whoever owns the slot: the engine
 * thread, or the worker that samples its row.
 *
 * <p>Distinct tokens are kept in an open-addressed table, so that a penalty touches as many logits as there are
 * distinct tokens, not the vocabulary. Counts are taken back exactly when tokens are.
 */
final class TokenHistory {
    private static final int FREE = -1;

    private final int promptTokens;
    private int[] tokenIds;
    private int tokenCount;
    private int[] keys;
    private int[] promptCounts;
    private int[] answerCounts;
    private int distinctCount;

    /** A history of a prompt and the answer so far. */
    TokenHistory(int[] tokenIds, int promptTokens, int answerTokens) {
        this.promptTokens = promptTokens;
        this.tokenIds = new int[Math.max(64, promptTokens + answerTokens)];
        int capacity = Math.max(64, Integer.highestOneBit(promptTokens + answerTokens + 1) * 4);
        keys = new int[capacity];
        Arrays.fill(keys, FREE);
        promptCounts = new int[capacity];
        answerCounts = new int[capacity];
        for (int i = 0; i < promptTokens + answerTokens; i++) {
            append(tokenIds[i]);
        }
    }

    private TokenHistory(TokenHistory other) {
        promptTokens = other.promptTokens;
        tokenIds = other.tokenIds.clone();
        tokenCount = other.tokenCount;
        keys = other.keys.clone();
        promptCounts = other.promptCounts.clone();
        answerCounts = other.answerCounts.clone();
        distinctCount = other.distinctCount;
    }

    TokenHistory copy() {
        return new TokenHistory(this);
    }

    /** Says which token stands at a position: one known already, another in its place, or the next. */
    void put(int position, int tokenId) {
        if (position < tokenCount) {
            if (tokenIds[position] != tokenId) {
                count(tokenIds[position], position, -1);
                tokenIds[position] = tokenId;
                count(tokenId, position, 1);
            }
        } else {
            append(tokenId);
        }
    }

    /** Forgets the answer's tokens from a position on. */
    void truncate(int lengthTokens) {
        while (tokenCount > Math.max(lengthTokens, promptTokens)) {
            tokenCount--;
            count(tokenIds[tokenCount], tokenCount, -1);
        }
    }

    private void append(int tokenId) {
        if (tokenCount == tokenIds.length) {
            tokenIds = Arrays.copyOf(tokenIds, tokenCount * 2);
        }
        tokenIds[tokenCount] = tokenId;
        count(tokenId, tokenCount, 1);
        tokenCount++;
    }

    private void count(int tokenId, int position, int change) {
        if (2 * distinctCount >= keys.length) {
            grow();
        }
        int at = find(keys, tokenId);
        if (keys[at] == FREE) {
            keys[at] = tokenId;
            distinctCount++;
        }
        (position < promptTokens ? promptCounts : answerCounts)[at] += change;
    }

    private static int find(int[] keys, int tokenId) {
        int mask = keys.length - 1;
        int at = (tokenId * 0x9E3779B9) >>> 7 & mask;
        while (keys[at] != FREE && keys[at] != tokenId) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        int[] newKeys = new int[keys.length * 2];
        Arrays.fill(newKeys, FREE);
        int[] newPrompt = new int[newKeys.length];
        int[] newAnswer = new int[newKeys.length];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != FREE) {
                int at = find(newKeys, keys[i]);
                newKeys[at] = keys[i];
                newPrompt[at] = promptCounts[i];
                newAnswer[at] = answerCounts[i];
            }
        }
        keys = newKeys;
        promptCounts = newPrompt;
        answerCounts = newAnswer;
    }

    /** Applies repetition, then frequency and presence penalty to logits. */
    void penalize(float[] logits, double repetition, double frequency, double presence) {
        for (int i = 0; i < keys.length; i++) {
            int tokenId = keys[i];
            if (tokenId == FREE || promptCounts[i] + answerCounts[i] == 0) {
                continue;
            }
            double logit = logits[tokenId];
            logit = logit > 0 ? logit / repetition : logit * repetition;
            if (answerCounts[i] > 0) {
                logit -= frequency * answerCounts[i] + presence;
            }
            logits[tokenId] = (float) logit;
        }
    }
}
