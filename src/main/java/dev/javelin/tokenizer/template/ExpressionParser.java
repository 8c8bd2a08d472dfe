package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions by precedence climbing; the levels and their oddities are Jinja's ({@code ~} binds tighter than
 * {@code +}, powers group to the left, filters and tests bind tighter than any operator). Used by one thread.
 */
final class ExpressionParser {
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARE = 4;
    private static final int SUM = 5;
    private static final int CONCAT = 6;
    private static final int PRODUCT = 7;
    private static final int POWER = 8;

    private static final Set<TokenKind> TEST_ARGUMENT = EnumSet.of(
            TokenKind.NAME, TokenKind.STRING, TokenKind.INTEGER, TokenKind.FLOAT, TokenKind.LBRACKET, TokenKind.LBRACE);

    private final TokenStream stream;
    private final int maxDepth;
    private int depth;

    ExpressionParser(TokenStream stream, int maxDepth) {
        this.stream = stream;
        this.maxDepth = maxDepth;
    }

    Expr parseExpression() {
        enter();
        Expr value = parse(OR);
        while (stream.isName("if")) {
            int line = stream.next().line();
            Expr test = parse(OR);
            Expr otherwise = stream.skipIfName("else") ? parseExpression() : null;
            value = new Expr.Conditional(test, value, otherwise, line);
        }
        leave();
        return value;
    }

    /** An expression without an inline if at its top. */
    Expr parseNoCondition() {
        return parse(OR);
    }

    private void enter() {
        // One level of parentheses takes a handful of Java frames here, so the parser counts each level as four.
        if ((depth += 4) > maxDepth) {
            throw Budget.tooDeep(maxDepth);
        }
    }

    private void leave() {
        depth -= 4;
    }

    private Expr parse(int minimum) {
        enter();
        Expr left;
        if (minimum <= NOT && stream.isName("not")) {
            stream.next();
            left = new Expr.Not(parse(NOT));
        } else {
            left = parseUnary(true);
        }
        for (int level = level(); level >= minimum; level = level()) {
            left = switch (level) {
                case OR, AND -> {
                    stream.next();
                    yield new Expr.Logical(level == AND, left, parse(level + 1));
                }
                case COMPARE -> parseCompare(left);
                case CONCAT -> parseConcat(left);
                default -> {
                    BinaryOp op = binary(stream.next().kind());
                    yield new Expr.Binary(op, left, level == POWER ? parseUnary(true) : parse(level + 1));
                }
            };
        }
        leave();
        return left;
    }

    /** The level of the operator that stands here, 0 for none. */
    private int level() {
        Token token = stream.current();
        return switch (token.kind()) {
            case NAME -> nameLevel(token);
            case EQ, NE, LT, LTEQ, GT, GTEQ -> COMPARE;
            case ADD, SUB -> SUM;
            case TILDE -> CONCAT;
            case MUL, DIV, FLOORDIV, MOD -> PRODUCT;
            case POW -> POWER;
            case ASSIGN,
                    COLON,
                    COMMA,
                    DOT,
                    LBRACE,
                    LBRACKET,
                    LPAREN,
                    PIPE,
                    RBRACE,
                    RBRACKET,
                    RPAREN,
                    SEMICOLON,
                    FLOAT,
                    INTEGER,
                    STRING,
                    BLOCK_BEGIN,
                    BLOCK_END,
                    VARIABLE_BEGIN,
                    VARIABLE_END,
                    DATA,
                    EOF -> 0;
        };
    }

    private int nameLevel(Token token) {
        return switch (token.text()) {
            case "or" -> OR;
            case "and" -> AND;
            case "in" -> COMPARE;
            case "not" -> stream.look().isName("in") ? COMPARE : 0;
            default -> 0;
        };
    }

    private static BinaryOp binary(TokenKind kind) {
        return switch (kind) {
            case ADD -> BinaryOp.ADD;
            case SUB -> BinaryOp.SUB;
            case MUL -> BinaryOp.MUL;
            case DIV -> BinaryOp.DIV;
            case FLOORDIV -> BinaryOp.FLOORDIV;
            case MOD -> BinaryOp.MOD;
            case POW -> BinaryOp.POW;
            default -> throw new IllegalStateException("not an operator: " + kind);
        };
    }

    private Expr parseCompare(Expr first) {
        List<CompareOp> ops = new ArrayList<>();
        List<Expr> operands = new ArrayList<>();
        while (level() == COMPARE) {
            ops.add(compareOp());
            operands.add(parse(SUM));
        }
        return new Expr.Compare(first, List.copyOf(ops), List.copyOf(operands));
    }

    private CompareOp compareOp() {
        Token token = stream.next();
        return switch (token.kind()) {
            case EQ -> CompareOp.EQ;
            case NE -> CompareOp.NE;
            case LT -> CompareOp.LT;
            case LTEQ -> CompareOp.LTEQ;
            case GT -> CompareOp.GT;
            case GTEQ -> CompareOp.GTEQ;
            default -> {
                if (token.isName("in")) {
                    yield CompareOp.IN;
                }
                stream.next();
                yield CompareOp.NOT_IN;
            }
        };
    }

    private Expr parseConcat(Expr first) {
        List<Expr> items = new ArrayList<>();
        items.add(first);
        while (stream.skipIf(TokenKind.TILDE)) {
            items.add(parse(PRODUCT));
        }
        return new Expr.Concat(List.copyOf(items));
    }

    private Expr parseUnary(boolean withFilter) {
        enter();
        Expr node;
        if (stream.is(TokenKind.SUB) || stream.is(TokenKind.ADD)) {
            boolean negative = stream.next().is(TokenKind.SUB);
            node = new Expr.Sign(negative, parseUnary(false));
        } else {
            node = parsePrimary(false);
        }
        node = parsePostfix(node);
        if (withFilter) {
            node = parseFilters(node);
        }
        leave();
        return node;
    }

    /** A name or literal; with namespaces, also {@code ns.attribute} as a target. */
    Expr parsePrimary(boolean withNamespace) {
        Token token = stream.current();
        return switch (token.kind()) {
            case NAME -> parseName(withNamespace);
            case STRING -> {
                StringBuilder text = new StringBuilder();
                while (stream.is(TokenKind.STRING)) {
                    text.append(stream.next().text());
                }
                yield new Expr.Const(text.toString());
            }
            case INTEGER, FLOAT -> new Expr.Const(stream.next().number());
            case LPAREN -> {
                stream.next();
                Expr inner = parseTuple(Tuple.PARENTHESES);
                stream.expect(TokenKind.RPAREN);
                yield inner;
            }
            case LBRACKET -> parseList();
            case LBRACE -> parseDict();
            default -> throw stream.fail("unexpected '" + token.describe() + "'");
        };
    }

    private Expr parseName(boolean withNamespace) {
        Token token = stream.next();
        return switch (token.text()) {
            case "true", "True" -> new Expr.Const(true);
            case "false", "False" -> new Expr.Const(false);
            case "none", "None" -> new Expr.Const(PyNone.NONE);
            default -> {
                if (withNamespace && stream.skipIf(TokenKind.DOT)) {
                    String attribute = stream.expect(TokenKind.NAME).text();
                    yield new Expr.NamespaceRef(token.text(), attribute, new Binding());
                }
                yield new Expr.Name(token.text(), Expr.Mode.LOAD, new Binding(), token.line());
            }
        };
    }

    /** Where a tuple without brackets may stand. */
    enum Tuple {
        /** In a print or set: inline ifs allowed. */
        PLAIN,
        /** In an if or for: no inline if at the top. */
        CONDITION,
        /** The iterable of a for: ends before {@code recursive}. */
        ITERABLE,
        /** Within parentheses: may be empty. */
        PARENTHESES,
        /** Left of {@code in}. */
        LOOP_TARGET,
        /** Left of the equals sign of a set. */
        SET_TARGET,
        /** Left of the equals sign of a with. */
        WITH_TARGET
    }

    /** One expression, or a tuple if commas follow. */
    Expr parseTuple(Tuple place) {
        List<Expr> items = new ArrayList<>();
        boolean tuple = false;
        while (true) {
            if (!items.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            if (isTupleEnd(place)) {
                break;
            }
            items.add(parseItem(place));
            if (!stream.is(TokenKind.COMMA)) {
                break;
            }
            tuple = true;
        }
        if (!tuple && !items.isEmpty()) {
            return items.getFirst();
        }
        if (!tuple && place != Tuple.PARENTHESES) {
            throw stream.fail("Expected an expression, got '" + stream.current().describe() + "'");
        }
        return new Expr.TupleExpr(List.copyOf(items));
    }

    private Expr parseItem(Tuple place) {
        return switch (place) {
            case PLAIN, PARENTHESES -> parseExpression();
            case CONDITION, ITERABLE -> parseNoCondition();
            case LOOP_TARGET, WITH_TARGET -> parsePrimary(false);
            case SET_TARGET -> parsePrimary(true);
        };
    }

    private boolean isTupleEnd(Tuple place) {
        return switch (stream.current().kind()) {
            case VARIABLE_END, BLOCK_END, RPAREN -> true;
            case NAME ->
                (place == Tuple.LOOP_TARGET && stream.isName("in"))
                        || (place == Tuple.ITERABLE && stream.isName("recursive"));
            default -> false;
        };
    }

    private Expr parseList() {
        stream.expect(TokenKind.LBRACKET);
        List<Expr> items = new ArrayList<>();
        while (!stream.is(TokenKind.RBRACKET)) {
            if (!items.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            if (stream.is(TokenKind.RBRACKET)) {
                break;
            }
            items.add(parseExpression());
        }
        stream.expect(TokenKind.RBRACKET);
        return new Expr.ListExpr(List.copyOf(items));
    }

    private Expr parseDict() {
        stream.expect(TokenKind.LBRACE);
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!stream.is(TokenKind.RBRACE)) {
            if (!keys.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            if (stream.is(TokenKind.RBRACE)) {
                break;
            }
            keys.add(parseExpression());
            stream.expect(TokenKind.COLON);
            values.add(parseExpression());
        }
        stream.expect(TokenKind.RBRACE);
        return new Expr.DictExpr(List.copyOf(keys), List.copyOf(values));
    }

    private Expr parsePostfix(Expr start) {
        Expr node = start;
        while (true) {
            if (stream.is(TokenKind.DOT) || stream.is(TokenKind.LBRACKET)) {
                node = parseSubscript(node);
            } else if (stream.is(TokenKind.LPAREN)) {
                node = new Expr.Call(node, parseCallArguments());
            } else {
                return node;
            }
        }
    }

    private Expr parseFilters(Expr start) {
        Expr node = start;
        while (true) {
            if (stream.is(TokenKind.PIPE)) {
                stream.next();
                node = parseFilter(node);
            } else if (stream.isName("is")) {
                node = parseTest(node);
            } else if (stream.is(TokenKind.LPAREN)) {
                node = new Expr.Call(node, parseCallArguments());
            } else {
                return node;
            }
        }
    }

    private Expr parseSubscript(Expr target) {
        if (stream.next().is(TokenKind.DOT)) {
            Token name = stream.next();
            if (name.is(TokenKind.NAME)) {
                return new Expr.GetAttr(target, name.text());
            }
            if (!name.is(TokenKind.INTEGER)) {
                throw PyError.syntax("expected name or number", name.line());
            }
            return new Expr.GetItem(target, new Expr.Const(name.number()));
        }
        List<Expr> items = new ArrayList<>();
        while (!stream.is(TokenKind.RBRACKET)) {
            if (!items.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            items.add(parseSubscribed());
        }
        stream.expect(TokenKind.RBRACKET);
        if (items.size() != 1 && items.stream().anyMatch(Expr.Slice.class::isInstance)) {
            throw stream.fail("a slice cannot be part of a tuple");
        }
        return new Expr.GetItem(target, items.size() == 1 ? items.getFirst() : new Expr.TupleExpr(List.copyOf(items)));
    }

    private Expr parseSubscribed() {
        Expr start = null;
        if (!stream.is(TokenKind.COLON)) {
            start = parseExpression();
            if (!stream.is(TokenKind.COLON)) {
                return start;
            }
        }
        stream.next();
        Expr stop = stream.is(TokenKind.COLON) ? null : parseBound();
        Expr step = stream.skipIf(TokenKind.COLON) ? parseBound() : null;
        return new Expr.Slice(start, stop, step);
    }

    private @Nullable Expr parseBound() {
        return stream.is(TokenKind.RBRACKET) || stream.is(TokenKind.COMMA) ? null : parseExpression();
    }

    CallArguments parseCallArguments() {
        return new ArgumentParser(stream, this).parse();
    }

    /** The filter whose name stands here, and those piped behind it by {@link #parseFilters}. */
    Expr.Filter parseFilter(@Nullable Expr target) {
        int line = stream.current().line();
        String name = dottedName();
        CallArguments arguments = stream.is(TokenKind.LPAREN) ? parseCallArguments() : CallArguments.NONE;
        return new Expr.Filter(target, name, Filters.find(name), arguments, line);
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(stream.expect(TokenKind.NAME).text());
        while (stream.skipIf(TokenKind.DOT)) {
            name.append('.').append(stream.expect(TokenKind.NAME).text());
        }
        return name.toString();
    }

    private Expr parseTest(Expr target) {
        int line = stream.next().line();
        boolean negated = stream.skipIfName("not");
        String name = dottedName();
        CallArguments arguments = CallArguments.NONE;
        if (stream.is(TokenKind.LPAREN)) {
            arguments = parseCallArguments();
        } else if (TEST_ARGUMENT.contains(stream.current().kind())
                && !stream.isName("else")
                && !stream.isName("or")
                && !stream.isName("and")) {
            if (stream.isName("is")) {
                throw stream.fail("You cannot chain multiple tests with is");
            }
            Expr argument = parsePostfix(parsePrimary(false));
            arguments = new CallArguments(List.of(argument), List.of(), List.of(), null, null);
        }
        Expr test = new Expr.Test(target, name, Tests.find(name), arguments, line);
        return negated ? new Expr.Not(test) : test;
    }
}
