package dev.javelin.tokenizer.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TemplateLimitsTest {
    private static String render(String template) {
        return ChatTemplate.compile(template, TemplateLimits.DEFAULT, TemplateCase.CLOCK)
                .render(Map.of());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(String template) {
        return assertThatThrownBy(() -> render(template))
                .isInstanceOf(JavelinException.class)
                .matches(e -> ((JavelinException) e).code() == ErrorCode.TEMPLATE_FAILED);
    }

    @Test
    void endlessWorkEndsAtTheStepLimit() {
        assertFails("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
                .hasMessageContaining("maxSteps");
        assertFails("{% set t = 'a' * 8000000 %}{{ (t ~ 'b') in (t ~ t) }}").hasMessageContaining("maxSteps");
        assertFails("{% set ns = namespace(x=2 ** 90000) %}{% for i in range(99999) %}{% set ns.x = ns.x * 7 // 7"
                        + " %}{% endfor %}")
                .hasMessageContaining("maxSteps");
    }

    @Test
    void noOperationHidesQuadraticWork() {
        String text = "{% set s = 'é ' * 4000000 %}{% set a = 'a' * 8000000 %}";
        for (String work : List.of(
                "{{ s.rsplit()|length }}",
                "{{ a.strip(a ~ 'b')|length }}",
                "{{ a.rpartition(a[:4000000] ~ 'b')|length }}",
                "{{ a|wordwrap(1)|length }}",
                "{{ ('&' * 8000000)|striptags|length }}",
                "{{ ('\\x01' * 2000000)|tojson|length }}",
                "{{ ('%' ~ '-' * 8000000 ~ 'd') % 1 }}",
                "{{ '{:08000000,}'.format(1) }}",
                "{{ ('f' * 8000000)|int(0, 16) }}",
                "{{ a.startswith((a[:7000000] ~ 'b',) * 99999) }}",
                "{% for i in range(99999) %}{% for j in range(99) %}{% if s|length == s ~ '' %}{% endif %}{% endfor"
                        + " %}{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99) %}{% if s[3] == s[4] %}{% endif %}{% endfor %}{%"
                        + " endfor %}",
                "{% for i in range(99999) %}{% set x = range(100000).count(-1) %}{% endfor %}")) {
            long start = System.nanoTime();
            try {
                assertThat(render(text + work)).hasSizeLessThan(100);
            } catch (JavelinException e) {
                assertThat(e.getMessage()).contains("limit");
            }
            assertThat((System.nanoTime() - start) / 1_000_000_000L)
                    .as("seconds for %s", work)
                    .isLessThan(20);
        }
        assertThat(render("{{ 1 }}{% if 1 %}{% endif %}".repeat(35_000))).hasSize(35_000);
    }

    @Test
    void largeValuesEndAtTheOutputLimit() {
        assertFails("{{ 'a' * 10 ** 9 }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ 'a' * 10 ** 100 }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ [1] * 10 ** 9 }}").hasMessageContaining("maxOutputChars");
        assertFails("{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}").hasMessageContaining("max");
        assertFails("{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")
                .hasMessageContaining("maxOutputChars");
        assertFails("{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")
                .hasMessageContaining("maxOutputChars");
        assertFails("{{ 'a'.center(10 ** 9) }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ 'a'|indent(10 ** 9, true) }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ '%999999999d' % 1 }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ '{:999999999}'.format(1) }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ ('a' * 1000000).replace('a', 'b' * 1000) }}").hasMessageContaining("max");
        assertFails("{{ '\\t'.expandtabs(999999999) }}").hasMessageContaining("maxOutputChars");
        assertFails("{{ [1]|batch(999999999, 'x')|list }}").hasMessageContaining("maxOutputChars");
    }

    @Test
    void garbageEndsAtTheAllocationLimit() {
        assertFails("{% set s = 'a' * 1000000 %}{% for i in range(9999) %}{% set t = s ~ i %}{% endfor %}")
                .hasMessageContaining("maxAllocatedChars");
    }

    @Test
    void largeIntegersEndAtTheBitLimit() {
        assertFails("{{ 9 ** (9 ** 9) }}").hasMessageContaining("bits");
        assertFails("{{ 9 ** (9 ** 99) }}").hasMessageContaining("bits");
        assertThat(render("{{ 1 ** (9 ** 99) }}{{ (-1) ** (9 ** 99) }}")).isEqualTo("1-1");
    }

    @Test
    void rangesEndAtTheSandboxLimit() {
        assertFails("{{ range(100001) }}").hasMessageContaining("100000");
        assertFails("{{ range(-(10 ** 30), 10 ** 30) }}").hasMessageContaining("100000");
        assertThat(render("{{ range(100000)|length }}")).isEqualTo("100000");
    }

    @Test
    void deepSourceEndsAtTheDepthLimit() {
        for (int depth : List.of(1_000, 70_000)) {
            assertFails("{{ " + "(".repeat(depth) + "1" + ")".repeat(depth) + " }}")
                    .hasMessageContaining("maxDepth");
            assertFails("{{ " + "[".repeat(depth) + "]".repeat(depth) + " }}").hasMessageContaining("maxDepth");
            assertFails("{{ " + "{1:".repeat(depth) + "1" + "}".repeat(depth) + " }}")
                    .hasMessageContaining("maxDepth");
            assertFails("{{ " + "not ".repeat(depth) + "1 }}").hasMessageContaining("maxDepth");
            assertFails("{{ " + "-".repeat(depth) + "1 }}").hasMessageContaining("maxDepth");
            assertFails("{{ 1" + " + 1".repeat(depth) + " }}").hasMessageContaining("maxDepth");
            assertFails("{{ 1" + "|abs".repeat(depth) + " }}").hasMessageContaining("maxDepth");
            assertFails("{{ a" + ".a".repeat(depth) + " }}").hasMessageContaining("maxDepth");
            assertFails("{{ 1" + " if 1 else 1".repeat(depth) + " }}").hasMessageContaining("maxDepth");
        }
        assertFails("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}")
                .hasMessageContaining("maxDepth");
        assertFails("{% if 1 %}".repeat(40_000) + "{% endif %}".repeat(40_000)).hasMessageContaining("maxDepth");
        assertFails("{% for a in b %}".repeat(30_000) + "{% endfor %}".repeat(30_000))
                .hasMessageContaining("maxDepth");
    }

    @Test
    void deepRendersEndAtTheDepthLimit() {
        assertFails("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").hasMessageContaining("maxDepth");
        assertFails("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}").hasMessageContaining("maxDepth");
        assertFails("{% block a %}{{ self.a() }}{% endblock %}").hasMessageContaining("maxDepth");
        assertFails("{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}{{ r() }}{% endcall %}"
                        + "{% endmacro %}{{ r() }}")
                .hasMessageContaining("maxDepth");
    }

    @Test
    void deepValuesEndAtTheirLimit() {
        String deep = "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}";
        assertFails(deep + "{{ ns.x }}").hasMessageContaining("limit");
        assertFails(deep + "{{ ns.x|tojson }}").hasMessageContaining("limit");
        assertFails(deep + "{{ ns.x|pprint }}").hasMessageContaining("limit");
        assertFails(deep + "{% set y = namespace(x=1) %}{% for i in range(9999) %}{% set y.x = [y.x] %}{% endfor %}"
                        + "{{ ns.x == y.x }}")
                .hasMessageContaining("limit");
        assertFails(deep.replace("[ns.x]", "(ns.x,)") + "{{ {ns.x: 1} }}").hasMessageContaining("limit");
        assertFails("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}").hasMessageContaining("limit");
    }

    @Test
    void sharedValuesCannotBlowUp() {
        String wide =
                "{% set ns = namespace(x=(1, 2)) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}";
        assertFails(wide + "{{ ns.x }}").hasMessageContaining("limit");
        assertFails(wide + "{{ ns.x|tojson }}").hasMessageContaining("limit");
        assertFails(wide + "{{ ns.x|pprint }}").hasMessageContaining("limit");
        assertFails(wide + "{{ {ns.x: 1} }}").hasMessageContaining("limit");
        assertFails(wide + "{{ '%s' % (ns.x,) }}").hasMessageContaining("limit");
    }

    @Test
    void longSourceIsRefused() {
        assertFails("x".repeat(1_000_001)).hasMessageContaining("maxSourceChars");
    }

    @Test
    void whatTheTemplateRaisesIsPassedOnWordForWord() {
        assertFails("{{ raise_exception('Only user and assistant roles!') }}")
                .hasMessage("Only user and assistant roles!");
    }

    @Test
    void errorsNameTheirLine() {
        assertFails("a\n\n{% if %}\n{% endif %}").hasMessageContaining("line 3");
        assertFails("a\n{{ 1 }}\n{{ missing.x }}")
                .hasMessage("chat template line 3: UndefinedError: 'missing' is undefined");
        assertFails("{% for i in [1] %}\n{{ {}.x.y }}\n{% endfor %}")
                .hasMessage("chat template line 2: UndefinedError: 'dict object' has no attribute 'x'");
    }
}
