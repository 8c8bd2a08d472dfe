package dev.javelin.cpu;

/**
 * The layout of activations for {@link PanelKernel}: tiles of tokens, each {@code [columns][tileTokens]}. Stateless.
 *
 * <p>Tile i starts at float {@code i * tileTokens * columns}; columns are padded to a multiple of {@link Lanes#PAD},
 * and the lanes of missing tokens hold whatever they held: no lane sees another.
 */
final class TokenTiles {
    /** Tokens of the widest tile. */
    static final int MOST_TILE_TOKENS = 2 * Lanes.COUNT;

    private TokenTiles() {}

    /** Tokens of a tile where so many tokens are multiplied: as narrow as holds them. */
    static int tileTokens(int tokens) {
        return tokens <= Lanes.COUNT ? Lanes.COUNT : 2 * Lanes.COUNT;
    }

    /**
     * Transposes one token's activations into its tile.
     *
     * @param row the token's activations, {@code columns} floats
     * @param columns padded columns
     * @param token index among the step's tokens
     * @param tileTokens tokens of a tile
     * @param tiles address of the first tile
     */
    static void put(long row, int columns, int token, int tileTokens, long tiles) {
        long to = tiles + ((long) token / tileTokens * tileTokens * columns + token % tileTokens) * Float.BYTES;
        long step = (long) tileTokens * Float.BYTES;
        for (int i = 0; i < columns; i++) {
            RawMemory.putFloat(to, RawMemory.floatAt(row + (long) i * Float.BYTES));
            to += step;
        }
    }

    /**
     * Writes a kernel's sums, [rows][tileTokens], to products that lie token by token.
     *
     * @param sums what the kernel wrote
     * @param tileTokens tokens of a tile
     * @param rows how many rows count
     * @param tokens how many tokens count
     * @param output where the first token's first row goes
     * @param outputStride floats from token to token
     */
    static void scatter(long sums, int tileTokens, int rows, int tokens, long output, int outputStride) {
        for (int t = 0; t < tokens; t++) {
            long from = sums + (long) t * Float.BYTES;
            long to = output + (long) t * outputStride * Float.BYTES;
            for (int r = 0; r < rows; r++) {
                RawMemory.putFloat(to, RawMemory.floatAt(from));
                from += (long) tileTokens * Float.BYTES;
                to += Float.BYTES;
            }
        }
    }
}
