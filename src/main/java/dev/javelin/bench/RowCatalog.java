package dev.javelin.bench;

import dev.javelin.bench.PrefixRow.Reuse;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every row by its name, in the order of the report. Immutable. */
final class RowCatalog {
    /** The row that the start itself gives. */
    static final String START = "start";

    private static final int SHARED_TOKENS = 1843;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Scale scale;
    private final long seed;

    /**
     * The rows.
     *
     * @param scale by how much they shrink
     * @param seed of the lengths that are drawn
     */
    RowCatalog(Scale scale, long seed) {
        this.scale = scale;
        this.seed = seed;
        for (int promptTokens : new int[] {512, 8192}) {
            add(new TpotRow("tpot-" + promptTokens, scale.shape(promptTokens, 128)));
        }
        for (int sequences : new int[] {8, 32, 64, 128, 256}) {
            add(decode("decode-" + sequences, sequences));
        }
        for (int promptTokens : new int[] {2048, 8192}) {
            add(new TtftRow("ttft-" + promptTokens, scale.tokens(promptTokens)));
        }
        add(offline("offline-512-1024", 512, 1024, 0.5));
        add(offline("offline-1000-1000", 1000, 1000, 0));
        add(offline("offline-292-579", 292, 579, 0.5));
        add(prefix("prefix-off", Reuse.OFF));
        add(prefix("prefix-on", Reuse.FIRST_TURN));
        add(prefix("prefix-second-turn", Reuse.LATER_TURN));
        add(new StartRow(START));
        add(new OverheadRow("engine-overhead", decode("engine-overhead", 256)));
    }

    private void add(Row row) {
        rows.put(row.name(), row);
    }

    private DecodeRow decode(String name, int sequences) {
        return new DecodeRow(name, scale.sequences(sequences), scale.shape(512, 128));
    }

    private OfflineRow offline(String name, int promptTokens, int answerTokens, double spread) {
        return OfflineRow.draw(
                name,
                scale.requests(1000),
                new LengthDraw(scale.tokens(promptTokens), spread),
                new LengthDraw(scale.tokens(answerTokens), spread),
                seed);
    }

    private PrefixRow prefix(String name, Reuse reuse) {
        RequestShape shape = new RequestShape(scale.tokens(2048), scale.tokens(SHARED_TOKENS), scale.tokens(64));
        return new PrefixRow(name, reuse, scale.requests(512), shape);
    }

    /** Every name. */
    List<String> names() {
        return List.copyOf(rows.keySet());
    }

    /**
     * Rows by name, in the order of the report.
     *
     * @param names empty for all
     * @throws JavelinException INVALID_SETTING naming the first unknown one, and those that there are
     */
    List<Row> select(List<String> names) {
        for (String name : names) {
            if (!rows.containsKey(name)) {
                throw JavelinException.ofField(
                        ErrorCode.INVALID_SETTING,
                        "--rows",
                        "--rows names '" + name + "', the rows are " + String.join(", ", rows.keySet()));
            }
        }
        List<Row> selected = new ArrayList<>(rows.values());
        selected.removeIf(row -> !names.isEmpty() && !names.contains(row.name()));
        return selected;
    }
}
