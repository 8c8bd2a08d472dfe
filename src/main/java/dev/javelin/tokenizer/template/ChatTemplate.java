package dev.javelin.tokenizer.template;

import dev.javelin.error.JavelinException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled chat template: Jinja source as models ship it, rendered exactly as transformers renders it. Immutable and
 * thread-safe: each render has its own state.
 *
 * <p>The reference is transformers' environment: Jinja2 3.1's {@code ImmutableSandboxedEnvironment(trim_blocks=True,
 * lstrip_blocks=True)} with loop controls, generation blocks, its own {@code tojson}, {@code raise_exception} and
 * {@code strftime_now}.
 */
public final class ChatTemplate {
    private final List<Stmt> body;
    private final BlockLayout layout;
    private final Map<String, Stmt.Block> blocks;
    private final TemplateLimits limits;
    private final Clock clock;

    private ChatTemplate(
            List<Stmt> body, BlockLayout layout, Map<String, Stmt.Block> blocks, TemplateLimits limits, Clock clock) {
        this.body = body;
        this.layout = layout;
        this.blocks = blocks;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Compiles a template that reads the system's clock.
     *
     * @throws JavelinException TEMPLATE_FAILED for a syntax error, naming its line, or a limit
     */
    public static ChatTemplate compile(String source, TemplateLimits limits) {
        return compile(source, limits, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Compiles a template.
     *
     * @param source Jinja source
     * @param limits what compiling and each render may cost
     * @param clock what {@code strftime_now} reads, in its zone
     * @throws JavelinException TEMPLATE_FAILED for a syntax error, naming its line, or a limit
     */
    public static ChatTemplate compile(String source, TemplateLimits limits, Clock clock) {
        try {
            if (source.length() > limits.maxSourceChars()) {
                throw PyError.limit("source of " + source.length() + " characters passes the limit of "
                        + limits.maxSourceChars() + " (maxSourceChars)");
            }
            List<Stmt> body = new StatementParser(new Lexer(source).tokenize(), limits.maxDepth()).parseTemplate();
            BlockLayout layout = new BlockLayout();
            Map<String, Stmt.Block> blocks = new Resolver(limits.maxDepth()).resolve(body, layout);
            return new ChatTemplate(body, layout, blocks, limits, clock);
        } catch (PyError e) {
            throw e.toJavelin();
        } catch (StackOverflowError e) {
            throw stackExhausted(limits);
        }
    }

    /**
     * Renders the template.
     *
     * @param data names the template sees: JSON-like values (Map, Iterable, String, Number, Boolean, null)
     * @throws JavelinException TEMPLATE_FAILED when the template fails as it would in Python, refuses the data through
     *     {@code raise_exception} (then the message is the template's own), or breaks a limit
     */
    public String render(Map<String, ? extends @Nullable Object> data) {
        try {
            Context context = new Context(Globals.with(DataValues.names(data)));
            return new Interpreter(limits, clock, blocks).render(body, layout, context);
        } catch (PyError e) {
            throw e.toJavelin();
        } catch (StackOverflowError e) {
            throw stackExhausted(limits);
        }
    }

    /** The last line of defence: maxDepth is meant to end a deep template before a small thread stack does. */
    private static JavelinException stackExhausted(TemplateLimits limits) {
        return Budget.tooDeep(limits.maxDepth()).toJavelin();
    }
}
