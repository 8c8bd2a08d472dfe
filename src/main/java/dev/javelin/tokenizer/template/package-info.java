/**
 * Chat templates: our own Jinja interpreter with Python's value semantics.
 *
 * <p>Entry class: {@link dev.javelin.tokenizer.template.ChatTemplate};
 * {@link dev.javelin.tokenizer.template.ChatTemplateData} names the variables as transformers does. Compiled templates
 * are immutable and may be rendered by any number of threads; everything else belongs to one compilation or one render.
 *
 * <p><b>What is exact.</b> The reference is the environment transformers renders with: Jinja2 3.1's immutable sandbox
 * with trimmed blocks, loop controls, generation blocks, and transformers' own {@code tojson}, {@code raise_exception}
 * and {@code strftime_now}. No Java template engine gives that text: whether {@code None} or {@code 1.0} prints as
 * Python has it, what an undefined name does, which scope a set reaches all show in a prompt, and a prompt off by a
 * character makes a model worse without any error. So the interpreter follows Jinja's source rule for rule, and its
 * tests are goldens that the real Jinja2 wrote (src/test/python/make_template_goldens.py).
 *
 * <p><b>Path of a template.</b> {@code Lexer} to tokens, {@code StatementParser} and {@code ExpressionParser} to a tree
 * of records ({@code Stmt}, {@code Expr}), {@code Resolver} gives each name its slot (Jinja's identifier tracking,
 * since what an unset name means depends on it), {@code Interpreter} and {@code Evaluator} walk the tree. No reflection
 * anywhere: attributes are those that {@code Attributes} lists.
 *
 * <p><b>Values</b> are {@code PyNone}, Boolean, Long or BigInteger, Double, String, {@code Markup}, {@code PyList},
 * {@code PyTuple}, {@code PyDict}, {@code PyRange}, {@code DictView}, {@code PyIterator} (lazy filters),
 * {@code Undefined}, {@code Namespace} and {@code PyCallable}. Strings are counted in code points. Templates cannot
 * change a list or dict, as in the sandbox.
 *
 * <p><b>Bounds.</b> A template may come from a model file or a request, so
 * {@link dev.javelin.tokenizer.template.TemplateLimits} bounds source, output, steps, allocation and depth; each ends
 * in a {@code TEMPLATE_FAILED} error that names it. Steps, not a clock, stand for time: a render gives the same result
 * on every machine.
 *
 * <p><b>Known differences</b>, none seen in a chat template: {@code random}, {@code lipsum}, {@code urlize} and bytes
 * are refused; autoescape cannot be switched on; complex numbers are errors; two escapes that form a surrogate pair
 * make one character; addresses in the text of functions and generators are left out.
 */
@NullMarked
package dev.javelin.tokenizer.template;

import org.jspecify.annotations.NullMarked;
