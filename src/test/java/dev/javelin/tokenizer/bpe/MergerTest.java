package dev.javelin.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergerTest {
    private static final int LETTERS = 4;

    private record Rule(int left, int right, int rank, int merged) {}

    /** Merges as training would find them: each joins two symbols that exist already; some ranks are equal. */
    private static List<Rule> rules(Random random, int count, boolean equalRanks) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int known = LETTERS + i;
            int left = random.nextInt(known);
            int right = random.nextInt(known);
            if (rules.stream().noneMatch(rule -> rule.left == left && rule.right == right)) {
                rules.add(new Rule(left, right, equalRanks ? i / 3 : i, known));
            }
        }
        return rules;
    }

    private static MergeTable table(List<Rule> rules) {
        MergeTable.Builder builder = new MergeTable.Builder();
        rules.forEach(rule -> builder.add(rule.left, rule.right, rule.rank, rule.merged));
        return builder.build();
    }

    /** The definition, word by word: the lowest rank, leftmost, until there is none. */
    private static List<Integer> byDefinition(List<Rule> rules, int[] letters) {
        List<Integer> symbols = new ArrayList<>(Arrays.stream(letters).boxed().toList());
        while (true) {
            int best = -1;
            Rule bestRule = null;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                for (Rule rule : rules) {
                    if (rule.left == symbols.get(i)
                            && rule.right == symbols.get(i + 1)
                            && (bestRule == null || rule.rank < bestRule.rank)) {
                        best = i;
                        bestRule = rule;
                    }
                }
            }
            if (bestRule == null) {
                return symbols;
            }
            symbols.set(best, bestRule.merged);
            symbols.subList(best + 1, best + 2).clear();
        }
    }

    @Test
    void scanAndHeapMergeAsTheDefinitionSays() {
        long seed = 31;
        Random random = new Random(seed);
        for (int round = 0; round < 1500; round++) {
            List<Rule> rules = rules(random, 1 + random.nextInt(20), random.nextBoolean());
            int[] letters = random.ints(1 + random.nextInt(40), 0, LETTERS).toArray();
            List<Integer> expected = byDefinition(rules, letters);
            Merger merger = new Merger(table(rules));
            int[] scanned = letters.clone();
            int scannedCount = merger.mergeByScan(scanned, letters.length);
            int[] heaped = letters.clone();
            int heapedCount = new HeapMerge(table(rules), heaped, letters.length).run();
            String where = "seed " + seed + ", round " + round;
            assertEquals(expected, list(scanned, scannedCount), where);
            assertEquals(expected, list(heaped, heapedCount), where);
        }
    }

    @Test
    void longPiecesGiveTheSameBothWays() {
        long seed = 32;
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            List<Rule> rules = rules(random, 60, true);
            int[] letters = random.ints(3000, 0, LETTERS).toArray();
            Merger merger = new Merger(table(rules));
            int[] scanned = letters.clone();
            int[] heaped = letters.clone();
            int scannedCount = merger.mergeByScan(scanned, letters.length);
            assertEquals(
                    list(scanned, scannedCount),
                    list(heaped, merger.merge(heaped, letters.length)),
                    "seed " + seed + ", round " + round);
        }
    }

    @Test
    void anEmptyPieceStaysEmpty() {
        assertEquals(0, new Merger(table(List.of())).merge(new int[0], 0));
    }

    private static List<Integer> list(int[] symbols, int count) {
        return Arrays.stream(symbols, 0, count).boxed().toList();
    }
}
