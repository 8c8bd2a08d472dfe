package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts template source into tokens exactly as Jinja2 does with {@code trim_blocks=True, lstrip_blocks=True} and no
 * trailing newline kept. Used once, by one thread. Jinja's lexer is a table of regular expressions; this is the same
 * table written out, so that no pattern can backtrack.
 */
final class Lexer {
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int pos;
    private int line = 1;

    /** Whether the last match ended with a newline: then a tag that follows spaces only starts its line. */
    private boolean lineStarting = true;

    Lexer(String source) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /** All tokens, ended by one EOF. */
    List<Token> tokenize() {
        while (pos < source.length()) {
            int tag = nextTag(pos);
            if (tag < 0) {
                add(TokenKind.DATA, source.substring(pos));
                advanceTo(source.length());
                break;
            }
            openTag(tag);
        }
        add(TokenKind.EOF, "");
        return tokens;
    }

    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char c = source.charAt(i + 1);
            if (c == '{' || c == '%' || c == '#') {
                return i;
            }
        }
        return -1;
    }

    private void openTag(int tag) {
        char kind = source.charAt(tag + 1);
        int raw = kind == '%' ? rawBeginEnd(tag) : -1;
        emitText(pos, tag, signAt(tag + 2), kind == '{');
        int bodyStart = tag + 2 + (signAt(tag + 2) == 0 ? 0 : 1);
        if (raw >= 0) {
            advanceTo(raw);
            readRaw();
            return;
        }
        switch (kind) {
            case '#' -> {
                advanceTo(bodyStart);
                skipComment();
            }
            case '%' -> {
                add(TokenKind.BLOCK_BEGIN, "{%");
                advanceTo(bodyStart);
                readTag(true);
            }
            default -> {
                add(TokenKind.VARIABLE_BEGIN, "{{");
                advanceTo(bodyStart);
                readTag(false);
            }
        }
    }

    /** The whitespace control at that place: '-', '+' or 0. */
    private char signAt(int at) {
        if (at < source.length()) {
            char c = source.charAt(at);
            if (c == '-' || c == '+') {
                return c;
            }
        }
        return 0;
    }

    /** Emits text before a tag, stripped as the tag's sign and lstrip_blocks say, and moves to the tag. */
    private void emitText(int from, int to, char sign, boolean variable) {
        int end = to;
        if (sign == '-') {
            while (end > from && Chars.isSpace(source.charAt(end - 1))) {
                end--;
            }
        } else if (sign != '+' && !variable) {
            // Never back beyond this text: a line of many tags would make that quadratic.
            int begin = to;
            while (begin > from && source.charAt(begin - 1) != '\n') {
                begin--;
            }
            boolean ownLine = begin > from || lineStarting;
            if (ownLine && isBlank(begin, to)) {
                end = begin;
            }
        }
        if (end > from) {
            add(TokenKind.DATA, source.substring(from, end));
        }
        if (to > from) {
            advanceTo(to);
        }
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Chars.isSpace(source.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private int skipSpaces(int from) {
        int i = from;
        while (i < source.length() && Chars.isSpace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Where a raw block's text starts if the tag opens one, else -1. */
    private int rawBeginEnd(int tag) {
        int i = skipSpaces(tag + 2 + (signAt(tag + 2) == 0 ? 0 : 1));
        if (!source.startsWith("raw", i)) {
            return -1;
        }
        i = skipSpaces(i + 3);
        if (source.startsWith("-%}", i)) {
            return skipSpaces(i + 3);
        }
        return source.startsWith("%}", i) ? i + 2 : -1;
    }

    private void readRaw() {
        for (int tag = source.indexOf("{%", pos); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
            char sign = signAt(tag + 2);
            int i = skipSpaces(tag + 2 + (sign == 0 ? 0 : 1));
            if (!source.startsWith("endraw", i)) {
                continue;
            }
            int end = blockEnd(skipSpaces(i + 6));
            if (end >= 0) {
                emitText(pos, tag, sign, false);
                advanceTo(end);
                return;
            }
        }
        throw PyError.syntax("Missing end of raw directive", line);
    }

    /** Where the text after a statement's end starts if one stands there (newline trimmed), else -1. */
    private int blockEnd(int at) {
        return tagEnd(at, "%}");
    }

    private int tagEnd(int at, String close) {
        if (source.startsWith("+" + close, at)) {
            return at + 3;
        }
        if (source.startsWith("-" + close, at)) {
            return skipSpaces(at + 3);
        }
        if (source.startsWith(close, at)) {
            return source.startsWith("\n", at + 2) ? at + 3 : at + 2;
        }
        return -1;
    }

    private void skipComment() {
        int close = source.indexOf("#}", pos);
        if (close < 0) {
            throw PyError.syntax("Missing end of comment tag", line);
        }
        boolean signed = close > pos && (source.charAt(close - 1) == '-' || source.charAt(close - 1) == '+');
        advanceTo(tagEnd(signed ? close - 1 : close, "#}"));
    }

    private void readTag(boolean block) {
        Deque<Character> open = new ArrayDeque<>();
        while (pos < source.length()) {
            int end = open.isEmpty() ? endOf(block) : -1;
            if (end >= 0) {
                add(block ? TokenKind.BLOCK_END : TokenKind.VARIABLE_END, block ? "%}" : "}}");
                advanceTo(end);
                return;
            }
            char c = source.charAt(pos);
            if (Chars.isSpace(c)) {
                advanceTo(skipSpaces(pos));
            } else if (c >= '0' && c <= '9') {
                readNumber();
            } else if (c == '"' || c == '\'') {
                readString(c);
            } else if (isNamePart(source.codePointAt(pos))) {
                readName();
            } else {
                readOperator(open);
            }
        }
    }

    private int endOf(boolean block) {
        if (block) {
            return blockEnd(pos);
        }
        if (source.startsWith("-}}", pos)) {
            return skipSpaces(pos + 3);
        }
        return source.startsWith("}}", pos) ? pos + 2 : -1;
    }

    private static boolean isNamePart(int c) {
        return c == '_' || Chars.isWord(c) || (c >= 128 && Character.isUnicodeIdentifierPart(c));
    }

    private void readName() {
        int end = pos;
        while (end < source.length() && isNamePart(source.codePointAt(end))) {
            end += Character.charCount(source.codePointAt(end));
        }
        String name = source.substring(pos, end);
        if (!Chars.isIdentifier(name)) {
            throw PyError.syntax("Invalid character in identifier", line);
        }
        add(TokenKind.NAME, name);
        advanceTo(end);
    }

    private void readNumber() {
        int end = pos > 0 && source.charAt(pos - 1) == '.' ? -1 : floatEnd();
        if (end > 0) {
            String text = source.substring(pos, end);
            tokens.add(new Token(TokenKind.FLOAT, text, Double.valueOf(text.replace("_", "")), line));
            advanceTo(end);
            return;
        }
        int radix = radixAt(pos);
        int digits = radix == 10 ? pos : pos + 2;
        boolean zero = radix == 10 && source.charAt(pos) == '0';
        end = digitsEnd(digits, zero ? 1 : radix, radix != 10);
        if (radix != 10 && end == digits) {
            radix = 10;
            digits = pos;
            end = pos + 1;
        }
        String text = source.substring(digits, end).replace("_", "");
        if (radix == 10 && text.length() > IntText.MAX_DIGITS) {
            throw PyError.syntax("Exceeds the limit (" + IntText.MAX_DIGITS + " digits) for integer conversion", line);
        }
        tokens.add(new Token(
                TokenKind.INTEGER, source.substring(pos, end), Numbers.normal(new BigInteger(text, radix)), line));
        advanceTo(end);
    }

    private int radixAt(int at) {
        if (source.charAt(at) != '0' || at + 1 >= source.length()) {
            return 10;
        }
        return switch (source.charAt(at + 1)) {
            case 'b', 'B' -> 2;
            case 'o', 'O' -> 8;
            case 'x', 'X' -> 16;
            default -> 10;
        };
    }

    /** End of digits (single underscores between them allowed) of that radix; radix 1 means zeros only. */
    private int digitsEnd(int from, int radix, boolean leadingUnderscore) {
        int i = from;
        while (i < source.length()) {
            int at = source.charAt(i) == '_' && (i > from || leadingUnderscore) ? i + 1 : i;
            if (at >= source.length() || !isDigit(source.charAt(at), radix)) {
                return i;
            }
            i = at + 1;
        }
        return i;
    }

    private static boolean isDigit(char c, int radix) {
        return c < 128 && (radix == 1 ? c == '0' : Character.digit(c, radix) >= 0);
    }

    private int floatEnd() {
        int i = digitsEnd(pos, 10, false);
        int fraction = i;
        if (source.startsWith(".", i)) {
            int end = digitsEnd(i + 1, 10, false);
            fraction = end > i + 1 ? end : i;
        }
        int exponent = exponentEnd(fraction);
        if (exponent > 0) {
            return exponent;
        }
        return fraction > i ? fraction : -1;
    }

    private int exponentEnd(int at) {
        if (at >= source.length() || Character.toLowerCase(source.charAt(at)) != 'e') {
            return -1;
        }
        int digits = signAt(at + 1) == 0 ? at + 1 : at + 2;
        int end = digitsEnd(digits, 10, false);
        return end > digits ? end : -1;
    }

    private void readString(char quote) {
        int end = pos + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw unexpectedChar();
        }
        add(TokenKind.STRING, StringEscapes.decode(source.substring(pos + 1, end), line));
        advanceTo(end + 1);
    }

    private void readOperator(Deque<Character> open) {
        String two = pos + 2 <= source.length() ? source.substring(pos, pos + 2) : "";
        String one = source.substring(pos, pos + 1);
        TokenKind kind = operator(two);
        String text = kind == null ? one : two;
        if (kind == null) {
            kind = operator(one);
        }
        if (kind == null) {
            throw unexpectedChar();
        }
        switch (text) {
            case "(" -> open.push(')');
            case "[" -> open.push(']');
            case "{" -> open.push('}');
            case ")", "]", "}" -> close(open, text.charAt(0));
            default -> {}
        }
        add(kind, text);
        advanceTo(pos + text.length());
    }

    private void close(Deque<Character> open, char c) {
        if (open.isEmpty()) {
            throw PyError.syntax("unexpected '" + c + "'", line);
        }
        char expected = open.pop();
        if (expected != c) {
            throw PyError.syntax("unexpected '" + c + "', expected '" + expected + "'", line);
        }
    }

    private static @Nullable TokenKind operator(String text) {
        return switch (text) {
            case "+" -> TokenKind.ADD;
            case "-" -> TokenKind.SUB;
            case "/" -> TokenKind.DIV;
            case "//" -> TokenKind.FLOORDIV;
            case "*" -> TokenKind.MUL;
            case "%" -> TokenKind.MOD;
            case "**" -> TokenKind.POW;
            case "~" -> TokenKind.TILDE;
            case "[" -> TokenKind.LBRACKET;
            case "]" -> TokenKind.RBRACKET;
            case "(" -> TokenKind.LPAREN;
            case ")" -> TokenKind.RPAREN;
            case "{" -> TokenKind.LBRACE;
            case "}" -> TokenKind.RBRACE;
            case "==" -> TokenKind.EQ;
            case "!=" -> TokenKind.NE;
            case ">" -> TokenKind.GT;
            case ">=" -> TokenKind.GTEQ;
            case "<" -> TokenKind.LT;
            case "<=" -> TokenKind.LTEQ;
            case "=" -> TokenKind.ASSIGN;
            case "." -> TokenKind.DOT;
            case ":" -> TokenKind.COLON;
            case "|" -> TokenKind.PIPE;
            case "," -> TokenKind.COMMA;
            case ";" -> TokenKind.SEMICOLON;
            default -> null;
        };
    }

    private PyError unexpectedChar() {
        return PyError.syntax(
                String.format(
                        Locale.ROOT, "unexpected char %s at %d", Repr.quote(Chars.of(source.codePointAt(pos))), pos),
                line);
    }

    private void add(TokenKind kind, String text) {
        tokens.add(new Token(kind, text, text, line));
    }

    private void advanceTo(int end) {
        for (int i = pos; i < end; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        lineStarting = end > 0 && source.charAt(end - 1) == '\n';
        pos = end;
    }
}
