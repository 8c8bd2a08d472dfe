package dev.javelin.cuda.kernel;

import com.google.errorprone.annotations.FormatMethod;
import dev.javelin.cuda.blas.CardCeilings;
import dev.javelin.cuda.blas.MatmulChoices;
import dev.javelin.cuda.blas.Matmuls;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Products with few rows beside cuBLASLt's, at the shapes of Llama 3.1 8B, as shares of the measured read bandwidth.
 * Arguments: {@code table} or {@code tunings}, then the numbers of rows. 32 layers' weights take turns, so that none
 * stays in L2; everything is replayed from graphs.
 *
 * <p>{@code table}: each product over all layers, and the chain of all layers and the head, with programmatic launches
 * and without. {@code tunings}: the same of our products alone, for several ways of copying.
 */
final class SkinnyGemmSpeed {
    private static final ElementType TYPE = ElementType.BF16;
    private static final List<Integer> ROWS = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final int[] STAGES = {4, 5, 6, 8};
    private static final long[] AHEAD_BYTES = {0, 4L << 20, 16L << 20};

    private SkinnyGemmSpeed() {}

    public static void main(String[] arguments) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            rows.add(Integer.parseInt(arguments[i]));
        }
        boolean tunes = arguments.length > 0 && arguments[0].equals("tunings");
        try (DeviceWork work = DeviceWork.open(SkinnyModel.ARENA_BYTES)) {
            DeviceProperties device = work.device().properties();
            CardCeilings ceilings = CardCeilings.measure(work.device(), work.compiler());
            print("%s, %s, reads at %.3f TB/s%n", device.name(), TYPE, ceilings.readBytesPerSecond() / 1e12);
            SkinnyModel model = SkinnyModel.make(work, TYPE);
            Report report = new Report(work, model, work.take(Matmuls.WORKSPACE_BYTES), ceilings.readBytesPerSecond());
            for (int count : rows.isEmpty() ? ROWS : rows) {
                if (tunes) {
                    report.tunings(count);
                } else {
                    report.table(count);
                }
            }
        }
    }

    @FormatMethod
    private static void print(String format, Object... values) {
        System.out.print(String.format(Locale.ROOT, format, values));
    }

    /** Times and prints. */
    private record Report(
            DeviceWork work, SkinnyModel model, DeviceBuffer libraryWorkspace, double readBytesPerSecond) {
        void table(int rows) {
            SkinnyTuning tuning = SkinnyTuning.of(work.device().properties());
            SkinnyTuning serial = new SkinnyTuning(tuning.bulk(), tuning.stages(), false);
            print("%n%d rows%n%-10s %21s %21s%n", rows, "", "ours us   share", "cuBLASLt us   share");
            try (Matmuls matmuls = new Matmuls(TYPE == ElementType.F16, libraryWorkspace, MatmulChoices.none());
                    SkinnyModel.Library library = model.library(matmuls, rows);
                    SkinnyModel.Ours ours = model.ours(tuning, rows, AHEAD_BYTES[1]);
                    SkinnyModel.Ours unlinked = model.ours(serial, rows, AHEAD_BYTES[1])) {
                for (String name : SkinnyModel.NAMES) {
                    double bytes = model.bytes(name);
                    print("%-10s %s %s%n", name, cell(ours.product(name), bytes), cell(library.product(name), bytes));
                }
                double bytes = model.chainBytes();
                print("%-10s %s %s%n", "chain", cell(ours::chain, bytes), cell(library::chain, bytes));
                print("%-10s %s%n", "no overlap", cell(unlinked::chain, bytes));
            }
        }

        void tunings(int rows) {
            print("%n%d rows: share of the read bandwidth%n%-32s", rows, "");
            SkinnyModel.NAMES.forEach(name -> print(" %9s", name));
            print(" %9s%n", "chain");
            boolean hasBulk = SkinnyTuning.of(work.device().properties()).bulk();
            for (boolean bulk : hasBulk ? new boolean[] {true, false} : new boolean[] {false}) {
                for (int stages : STAGES) {
                    for (long aheadBytes : AHEAD_BYTES) {
                        tuning(new SkinnyTuning(bulk, stages, true), rows, aheadBytes);
                    }
                }
            }
        }

        private void tuning(SkinnyTuning tuning, int rows, long aheadBytes) {
            String name = (tuning.bulk() ? "bulk" : "lanes") + ", " + tuning.stages() + " stages, " + (aheadBytes >> 20)
                    + " MB ahead";
            print("%-32s", name);
            try (SkinnyModel.Ours ours = model.ours(tuning, rows, aheadBytes)) {
                for (String product : SkinnyModel.NAMES) {
                    print(" %8.1f%%", 100 * share(ours.product(product), model.bytes(product)));
                }
                print(" %8.1f%%%n", 100 * share(ours::chain, model.chainBytes()));
            }
        }

        private String cell(Runnable run, double bytes) {
            double micros = GraphTimer.medianMicros(work.stream(), run);
            double share = bytes / (micros * 1e-6) / readBytesPerSecond;
            return String.format(Locale.ROOT, "%13.1f %6.1f%%", micros, 100 * share);
        }

        private double share(Runnable run, double bytes) {
            return bytes / (GraphTimer.medianMicros(work.stream(), run) * 1e-6) / readBytesPerSecond;
        }
    }
}
