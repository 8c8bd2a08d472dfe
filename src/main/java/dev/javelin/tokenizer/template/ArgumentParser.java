package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses the arguments in the parentheses of a call, filter or test. Used by one thread. */
record ArgumentParser(TokenStream stream, ExpressionParser expressions) {
    CallArguments parse() {
        int line = stream.expect(TokenKind.LPAREN).line();
        List<Expr> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        Expr spread = null;
        Expr spreadNamed = null;
        boolean first = true;
        while (!stream.is(TokenKind.RPAREN)) {
            if (!first) {
                stream.expect(TokenKind.COMMA);
                if (stream.is(TokenKind.RPAREN)) {
                    break;
                }
            }
            first = false;
            if (stream.is(TokenKind.MUL)) {
                ensure(spread == null && spreadNamed == null, line);
                stream.next();
                spread = expressions.parseExpression();
            } else if (stream.is(TokenKind.POW)) {
                ensure(spreadNamed == null, line);
                stream.next();
                spreadNamed = expressions.parseExpression();
            } else if (stream.is(TokenKind.NAME) && stream.look().is(TokenKind.ASSIGN)) {
                ensure(spreadNamed == null, line);
                names.add(stream.next().text());
                stream.next();
                values.add(expressions.parseExpression());
            } else {
                ensure(spread == null && spreadNamed == null && names.isEmpty(), line);
                positional.add(expressions.parseExpression());
            }
        }
        stream.expect(TokenKind.RPAREN);
        refuseRepeated(names, line);
        return new CallArguments(List.copyOf(positional), List.copyOf(names), List.copyOf(values), spread, spreadNamed);
    }

    private static void ensure(boolean holds, int line) {
        if (!holds) {
            throw PyError.syntax("invalid syntax for function call expression", line);
        }
    }

    private static void refuseRepeated(List<String> names, int line) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw PyError.syntax("keyword argument repeated: " + name, line);
            }
        }
    }
}
