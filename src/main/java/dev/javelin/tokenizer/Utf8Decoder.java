package dev.javelin.tokenizer;

/**
 * Bytes to text, one at a time, holding back incomplete characters. Confined to its request.
 *
 * <p>What is no UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 3.9, table 3-8), as Python's
 * {@code errors="replace"} and the WHATWG decoder do it. {@link java.nio.charset.CharsetDecoder} is not used because it
 * needs buffers on both sides and treats encoded surrogates otherwise.
 */
final class Utf8Decoder {
    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    /** Continuation bytes still missing; 0 between characters. */
    private int missingBytes;
    /** The next continuation byte must be in [lower, upper]: narrower than 80..BF after E0, ED, F0, F4. */
    private int lower = 0x80;

    private int upper = 0xBF;

    void push(byte value, StringBuilder out) {
        int b = value & 0xFF;
        if (missingBytes > 0) {
            if (b >= lower && b <= upper) {
                continued(b, out);
                return;
            }
            out.append(REPLACEMENT);
            reset();
        }
        begin(b, out);
    }

    /** The text's end: an incomplete character becomes one U+FFFD. */
    void finish(StringBuilder out) {
        if (missingBytes > 0) {
            out.append(REPLACEMENT);
            reset();
        }
    }

    private void begin(int b, StringBuilder out) {
        if (b < 0x80) {
            out.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            expect(b & 0x1F, 1);
        } else if (b >= 0xE0 && b <= 0xEF) {
            expect(b & 0x0F, 2);
            lower = b == 0xE0 ? 0xA0 : 0x80;
            upper = b == 0xED ? 0x9F : 0xBF;
        } else if (b >= 0xF0 && b <= 0xF4) {
            expect(b & 0x07, 3);
            lower = b == 0xF0 ? 0x90 : 0x80;
            upper = b == 0xF4 ? 0x8F : 0xBF;
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void continued(int b, StringBuilder out) {
        codePoint = (codePoint << 6) | (b & 0x3F);
        lower = 0x80;
        upper = 0xBF;
        if (--missingBytes == 0) {
            out.appendCodePoint(codePoint);
        }
    }

    private void expect(int leadBits, int continuationBytes) {
        codePoint = leadBits;
        missingBytes = continuationBytes;
    }

    private void reset() {
        missingBytes = 0;
        lower = 0x80;
        upper = 0xBF;
    }
}
