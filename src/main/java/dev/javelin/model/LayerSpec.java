package dev.javelin.model;

/**
 * One pre-norm transformer layer: {@code x += attention(norm(x)); x += mlp(norm(x))}. Immutable.
 *
 * @param attentionNorm the norm before attention
 * @param attention the attention
 * @param mlpNorm the norm before the MLP
 * @param mlp the MLP
 * @param cacheGroupId the {@link CacheGroup} that holds its keys and values
 */
public record LayerSpec(
        NormSpec attentionNorm, AttentionSpec attention, NormSpec mlpNorm, MlpSpec mlp, int cacheGroupId) {}
