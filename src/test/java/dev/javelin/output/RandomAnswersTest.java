package dev.javelin.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.engine.EngineRequest;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.StopCriteria;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.IncrementalDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the tokens, stop strings, steps and demand: text is that of the whole answer, and the end comes once. */
class RandomAnswersTest {
    private static final int[] ALPHABET = {
        'a', 'b', 'a', 'b', 'c', 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 258, 259, 260, 262, 263, ByteText.BOS
    };
    private static final String[] PIECES = {"a", "b", "ab", "é", "\uD83D\uDE00", "c", "\uFFFD", " t"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void textEqualsTheReferenceOnTheWholeText(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 250; round++) {
            check(random, "seed " + seed + " round " + round);
        }
    }

    private static void check(Random random, String label) {
        int choiceCount = 1 + random.nextInt(3);
        int[][] answers = new int[choiceCount][];
        for (int i = 0; i < choiceCount; i++) {
            answers[i] = answer(random);
        }
        StopCriteria stop = stop(random);
        ServiceFixture fixture = new ServiceFixture(8, new ScriptedEngine.Script() {
            @Override
            public int[] tokens(EngineRequest request, int choiceIndex) {
                return answers[choiceIndex];
            }

            @Override
            public int tokensPerStep() {
                return 1 + random.nextInt(4);
            }
        });
        Recorder recorder = new Recorder(random.nextInt(3));
        fixture.service
                .generate(ServiceFixture.request("r", new Prompt.Text("x", true), stop, choiceCount))
                .subscribe(recorder);
        drive(fixture, recorder, random);

        assertThat(recorder.terminalCount()).as(label).isEqualTo(1);
        assertThat(recorder.isOrdered()).as(label).isTrue();
        int completionTokens = 0;
        for (int i = 0; i < choiceCount; i++) {
            Expected expected = Expected.of(answers[i], stop);
            assertThat(recorder.text(i)).as(label + " " + stop).isEqualTo(expected.text());
            assertThat(recorder.tokens(i)).as(label).isEqualTo(expected.tokens());
            ChoiceFinished end = Objects.requireNonNull(recorder.finished(i), label);
            assertThat(end.stopString()).as(label).isEqualTo(expected.stopString());
            assertThat(end.reason())
                    .as(label)
                    .isEqualTo(expected.stopString() == null ? FinishReason.LENGTH : FinishReason.STOP);
            completionTokens += expected.tokens().length;
        }
        assertThat(recorder.completed().usage().completionTokens()).as(label).isEqualTo(completionTokens);
    }

    /** Steps, lane and demand advance in any order; at the end everything is asked for. */
    private static void drive(ServiceFixture fixture, Recorder recorder, Random random) {
        for (int i = 0; i < 200; i++) {
            switch (random.nextInt(4)) {
                case 0 -> fixture.tokenize.runOne();
                case 1 -> fixture.engine.step();
                case 2 -> fixture.lane.runOne();
                default -> recorder.request(1 + random.nextInt(3));
            }
        }
        fixture.runAll();
        recorder.request(1000);
    }

    private static int[] answer(Random random) {
        int[] tokens = new int[1 + random.nextInt(30)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return tokens;
    }

    private static StopCriteria stop(Random random) {
        List<String> strings = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            StringBuilder string = new StringBuilder();
            for (int j = 1 + random.nextInt(3); j > 0; j--) {
                string.append(PIECES[random.nextInt(PIECES.length)]);
            }
            strings.add(string.toString());
        }
        return new StopCriteria(
                40, random.nextInt(3) * random.nextInt(8), strings, List.of(), true, random.nextBoolean());
    }

    /** The slow twin: decodes the whole answer, then looks at every position. */
    private record Expected(
            String text, int[] tokens, @Nullable String stopString) {
        static Expected of(int[] tokens, StopCriteria stop) {
            int[] textEnds = new int[tokens.length];
            IncrementalDecoder decoder = new ByteText().decoder(DecodeOptions.TEXT);
            StringBuilder whole = new StringBuilder();
            for (int i = 0; i < tokens.length; i++) {
                whole.append(decoder.push(tokens[i]));
                textEnds[i] = whole.length();
            }
            whole.append(decoder.finish());
            int firstEnd = stop.minTokens() == 0 ? 0 : textEnds[Math.min(stop.minTokens(), tokens.length) - 1];
            boolean never = tokens.length <= stop.minTokens();
            for (int end = firstEnd + 1; end <= whole.length() && !never; end++) {
                String found = longestAt(whole, end, stop.stopStrings());
                if (found != null) {
                    int shown = stop.includeStopString() ? end : end - found.length();
                    return new Expected(whole.substring(0, shown), tokensUpTo(tokens, textEnds, end), found);
                }
            }
            return new Expected(whole.toString(), tokens, null);
        }

        private static @Nullable String longestAt(StringBuilder whole, int end, List<String> strings) {
            String best = null;
            for (String string : strings) {
                boolean ends = whole.substring(0, end).endsWith(string);
                if (ends && (best == null || string.length() > best.length())) {
                    best = string;
                }
            }
            return best;
        }

        private static int[] tokensUpTo(int[] tokens, int[] textEnds, int end) {
            int count = 0;
            while (count < tokens.length && textEnds[count] < end) {
                count++;
            }
            return Arrays.copyOf(tokens, Math.min(tokens.length, count + 1));
        }
    }
}
