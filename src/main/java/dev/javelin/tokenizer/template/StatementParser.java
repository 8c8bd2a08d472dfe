package dev.javelin.tokenizer.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses tokens to statements, as Jinja's parser with loop controls and generation blocks. Used once, by one thread.
 */
final class StatementParser {
    /** Levels of nesting that one nested statement counts as: it takes several Java frames. */
    private static final int STATEMENT_WEIGHT = 8;

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final int maxDepth;
    private final Deque<String> openTags = new ArrayDeque<>();
    private int depth;

    StatementParser(List<Token> tokens, int maxDepth) {
        this.stream = new TokenStream(tokens);
        this.expressions = new ExpressionParser(stream, maxDepth);
        this.maxDepth = maxDepth;
    }

    List<Stmt> parseTemplate() {
        List<Stmt> body = parseBody(Set.of());
        if (!stream.is(TokenKind.EOF)) {
            throw stream.fail("unexpected '" + stream.current().describe() + "'");
        }
        return body;
    }

    /** Statements up to the block_begin before one of the end tags, which becomes current. */
    private List<Stmt> parseBody(Set<String> endTags) {
        if ((depth += STATEMENT_WEIGHT) > maxDepth) {
            throw Budget.tooDeep(maxDepth);
        }
        List<Stmt> body = new ArrayList<>();
        while (!stream.is(TokenKind.EOF)) {
            Token token = stream.next();
            switch (token.kind()) {
                case DATA -> body.add(new Stmt.Data(token.text()));
                case VARIABLE_BEGIN -> {
                    body.add(new Stmt.Print(expressions.parseTuple(ExpressionParser.Tuple.PLAIN), token.line()));
                    stream.expect(TokenKind.VARIABLE_END);
                }
                default -> {
                    if (stream.is(TokenKind.NAME)
                            && endTags.contains(stream.current().text())) {
                        depth -= STATEMENT_WEIGHT;
                        return body;
                    }
                    body.add(parseStatement());
                    stream.expect(TokenKind.BLOCK_END);
                }
            }
        }
        if (!endTags.isEmpty()) {
            throw stream.fail("Unexpected end of template. Jinja was looking for the following tags: '"
                    + String.join("' or '", endTags.stream().sorted().toList())
                    + "'. The innermost block that needs to be closed is '" + openTags.peek() + "'.");
        }
        depth -= STATEMENT_WEIGHT;
        return body;
    }

    /** The body of the tag just read, up to one of the end tags; the end tag's name is current. */
    private List<Stmt> parseStatements(String... endTags) {
        stream.skipIf(TokenKind.COLON);
        stream.expect(TokenKind.BLOCK_END);
        return parseBody(Set.of(endTags));
    }

    private List<Stmt> parseStatementsThrough(String endTag) {
        List<Stmt> body = parseStatements(endTag);
        stream.next();
        return body;
    }

    private Stmt parseStatement() {
        if (!stream.is(TokenKind.NAME)) {
            throw stream.fail("tag name expected");
        }
        Token tag = stream.next();
        int line = tag.line();
        openTags.push(tag.text());
        Stmt stmt = switch (tag.text()) {
            case "for" -> parseFor(line);
            case "if" -> parseIf(line);
            case "set" -> parseSet(line);
            case "macro" -> parseMacro(line);
            case "call" -> parseCall(line);
            case "filter" -> parseFilterBlock(line);
            case "with" -> parseWith(line);
            case "block" -> parseBlock(line);
            case "print" -> parsePrint(line);
            case "autoescape" -> parseAutoescape(line);
            case "generation" -> parseGeneration(line);
            case "break" -> new Stmt.Break(line);
            case "continue" -> new Stmt.Continue(line);
            case "include", "import", "from", "extends" -> parseUnsupported(tag.text(), line);
            default -> throw PyError.syntax(unknownTag(tag.text()), line);
        };
        openTags.pop();
        return stmt;
    }

    private String unknownTag(String tag) {
        openTags.pop();
        String message = "Encountered unknown tag '" + tag + "'.";
        return openTags.isEmpty()
                ? message
                : message + " The innermost block that needs to be closed is '" + openTags.peek() + "'.";
    }

    private Stmt parseFor(int line) {
        Expr target = expressions.parseTuple(ExpressionParser.Tuple.LOOP_TARGET);
        stream.expectName("in");
        Expr iterable = expressions.parseTuple(ExpressionParser.Tuple.ITERABLE);
        Expr test = stream.skipIfName("if") ? expressions.parseExpression() : null;
        boolean recursive = stream.skipIfName("recursive");
        List<Stmt> body = parseStatements("endfor", "else");
        List<Stmt> otherwise = stream.next().text().equals("else") ? parseStatementsThrough("endfor") : List.of();
        return new Stmt.For(
                store(target, Expr.Mode.STORE, line),
                store(target, Expr.Mode.STORE, line),
                iterable,
                test,
                body,
                otherwise,
                recursive,
                new ForLayout(new FunctionScope()),
                line);
    }

    private Stmt parseIf(int line) {
        List<Stmt.Branch> branches = new ArrayList<>();
        List<Stmt> otherwise = List.of();
        while (true) {
            Expr test = expressions.parseTuple(ExpressionParser.Tuple.CONDITION);
            branches.add(new Stmt.Branch(test, parseStatements("elif", "else", "endif")));
            String end = stream.next().text();
            if (end.equals("elif")) {
                continue;
            }
            if (end.equals("else")) {
                otherwise = parseStatementsThrough("endif");
            }
            return new Stmt.If(List.copyOf(branches), otherwise, line);
        }
    }

    private Stmt parseSet(int line) {
        Expr target = store(expressions.parseTuple(ExpressionParser.Tuple.SET_TARGET), Expr.Mode.STORE, line);
        if (stream.skipIf(TokenKind.ASSIGN)) {
            Expr value = expressions.parseTuple(ExpressionParser.Tuple.PLAIN);
            return new Stmt.Assign(target, value, new ArrayList<>(), line);
        }
        Expr.Filter filter = parseFilterChain(null);
        List<Stmt> body = parseStatementsThrough("endset");
        return new Stmt.AssignBlock(target, filter, body, new ArrayList<>(), new FrameLayout(), line);
    }

    /** Filters piped behind each other, the first without a target. */
    private Expr.@Nullable Filter parseFilterChain(Expr.@Nullable Filter start) {
        Expr.Filter filter = start;
        while (stream.skipIf(TokenKind.PIPE)) {
            filter = expressions.parseFilter(filter);
        }
        return filter;
    }

    private Stmt parseFilterBlock(int line) {
        Expr.Filter first = expressions.parseFilter(null);
        Expr.Filter chain = parseFilterChain(first);
        List<Stmt> body = parseStatementsThrough("endfilter");
        return new Stmt.FilterBlock(body, chain == null ? first : chain, new FrameLayout(), line);
    }

    private Stmt parseMacro(int line) {
        Expr.Name name = storedName(Expr.Mode.STORE);
        return new Stmt.Macro(name, parseMacroBody(name.name(), true, "endmacro"), line);
    }

    private MacroBody parseMacroBody(@Nullable String name, boolean signature, String endTag) {
        List<Expr.Name> parameters = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        if (signature) {
            parseSignature(parameters, defaults);
        }
        return new MacroBody(name, parameters, defaults, parseStatementsThrough(endTag), new MacroLayout());
    }

    private void parseSignature(List<Expr.Name> parameters, List<Expr> defaults) {
        stream.expect(TokenKind.LPAREN);
        while (!stream.is(TokenKind.RPAREN)) {
            if (!parameters.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            Expr.Name parameter = storedName(Expr.Mode.PARAMETER);
            if (parameters.stream().anyMatch(other -> other.name().equals(parameter.name()))) {
                throw stream.fail("duplicate argument '" + parameter.name() + "' in function definition");
            }
            if (stream.skipIf(TokenKind.ASSIGN)) {
                defaults.add(expressions.parseExpression());
            } else if (!defaults.isEmpty()) {
                throw stream.fail("non-default argument follows default argument");
            }
            parameters.add(parameter);
        }
        stream.expect(TokenKind.RPAREN);
    }

    private Stmt parseCall(int line) {
        List<Expr.Name> parameters = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        if (stream.is(TokenKind.LPAREN)) {
            parseSignature(parameters, defaults);
        }
        if (!(expressions.parseExpression() instanceof Expr.Call call)) {
            throw PyError.syntax("expected call", line);
        }
        List<Stmt> body = parseStatementsThrough("endcall");
        return new Stmt.CallBlock(call, new MacroBody(null, parameters, defaults, body, new MacroLayout()), line);
    }

    /** transformers marks what the assistant said by a call block around it that gives the text back unchanged. */
    private Stmt parseGeneration(int line) {
        MacroBody body = parseMacroBody(null, false, "endgeneration");
        Expr.Call call = new Expr.Call(new Expr.Const(Globals.GENERATION), CallArguments.NONE);
        return new Stmt.CallBlock(call, body, line);
    }

    private Stmt parseWith(int line) {
        List<Expr> targets = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!stream.is(TokenKind.BLOCK_END)) {
            if (!targets.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            Expr target = expressions.parseTuple(ExpressionParser.Tuple.WITH_TARGET);
            targets.add(store(target, Expr.Mode.PARAMETER, line));
            stream.expect(TokenKind.ASSIGN);
            values.add(expressions.parseExpression());
        }
        return new Stmt.With(targets, values, parseStatementsThrough("endwith"), new FrameLayout(), line);
    }

    private Stmt parseBlock(int line) {
        String name = stream.expect(TokenKind.NAME).text();
        boolean scoped = stream.skipIfName("scoped");
        boolean required = stream.skipIfName("required");
        List<Stmt> body = parseStatementsThrough("endblock");
        stream.skipIfName(name);
        return new Stmt.Block(name, scoped, required, body, new BlockLayout(), line);
    }

    private Stmt parsePrint(int line) {
        List<Expr> items = new ArrayList<>();
        while (!stream.is(TokenKind.BLOCK_END)) {
            if (!items.isEmpty()) {
                stream.expect(TokenKind.COMMA);
            }
            items.add(expressions.parseExpression());
        }
        return new Stmt.Print(new Expr.Concat(List.copyOf(items)), line);
    }

    private Stmt parseAutoescape(int line) {
        if (!(expressions.parseExpression() instanceof Expr.Const(Object value)) || Py.truthy(value)) {
            throw PyError.syntax("autoescape blocks are not supported in chat templates", line);
        }
        return new Stmt.Scope(parseStatementsThrough("endautoescape"), new FrameLayout(), line);
    }

    /** Like transformers' environment, which has no loader: reaching the statement fails, not reading it. */
    private Stmt parseUnsupported(String tag, int line) {
        while (!stream.is(TokenKind.BLOCK_END) && !stream.is(TokenKind.EOF)) {
            stream.next();
        }
        PyCallable refusal = (interpreter, arguments) -> {
            throw PyError.type("'" + tag + "' is not supported: no loader for this environment specified");
        };
        return new Stmt.Print(new Expr.Call(new Expr.Const(refusal), CallArguments.NONE), line);
    }

    private Expr.Name storedName(Expr.Mode mode) {
        Token token = stream.expect(TokenKind.NAME);
        switch (token.text()) {
            case "true", "false", "none", "True", "False", "None" ->
                throw PyError.syntax("can't assign to 'name'", token.line());
            default -> {}
        }
        return new Expr.Name(token.text(), mode, new Binding(), token.line());
    }

    /** The same expression as a target, with bindings of its own. */
    private static Expr store(Expr target, Expr.Mode mode, int line) {
        return switch (target) {
            case Expr.Name name -> new Expr.Name(name.name(), mode, new Binding(), name.line());
            case Expr.NamespaceRef ref -> ref;
            case Expr.TupleExpr tuple ->
                new Expr.TupleExpr(tuple.items().stream()
                        .map(item -> store(item, mode, line))
                        .toList());
            default ->
                throw PyError.syntax(
                        "can't assign to '" + target.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "'", line);
        };
    }
}
