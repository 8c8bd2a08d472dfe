package dev.javelin.bench;

import dev.javelin.backend.ModelRunner;
import dev.javelin.bench.RowOutcome.Measured;
import dev.javelin.bench.RowOutcome.NotRun;
import dev.javelin.config.EngineAssembly;
import dev.javelin.config.HostEnvironment;
import dev.javelin.config.JavelinProperties;
import dev.javelin.config.OpenedModel;
import dev.javelin.config.ResolvedSettings;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.SamplingParams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures an engine over a model, row by row. Confined to the main thread; used once.
 *
 * <p>The order: model, runner and engine are opened as a server opens them, and a first token drawn (the start's row);
 * then the device's ceilings are measured while the engine rests; then the rows.
 */
public final class EngineBench {
    private static final Logger LOG = LoggerFactory.getLogger(EngineBench.class);

    private static final Duration SCALED_LIMIT = Duration.ofSeconds(60);
    private static final int MOST_REPEATS = 5;
    private static final Duration ROW_TIME = Duration.ofSeconds(20);
    private static final int SCALED_MOST_REPEATS = 3;
    private static final Duration SCALED_ROW_TIME = Duration.ofSeconds(4);

    private static final int WARM_UP_SEQUENCES = 4;
    private static final RequestShape WARM_UP_SHAPE = RequestShape.of(24, 8);

    private final EngineBenchOptions options;
    private final HostEnvironment host;
    private final long startNanos = System.nanoTime();

    /**
     * A benchmark, whose time begins now.
     *
     * @param options what to measure
     * @param host where models are cached
     */
    public EngineBench(EngineBenchOptions options, HostEnvironment host) {
        this.options = options;
        this.host = host;
    }

    /**
     * Measures.
     *
     * @throws dev.javelin.error.JavelinException INVALID_SETTING for an unknown row or setting; else what the model,
     *     the device or the engine said
     */
    public EngineReport run() {
        new RowCatalog(Scale.FULL, options.seed()).select(options.rows()); // refused before anything is fetched
        try (OpenedModel model = EngineAssembly.openModel(options.models(), host)) {
            ResolvedSettings settings = resolve(model, options.settings());
            BenchDevice device = BenchDevice.of(settings);
            boolean scaled = !options.full() && !device.scale().equals(Scale.FULL);
            if (scaled) {
                Map<String, String> overrides = new HashMap<>(device.settings());
                overrides.putAll(options.settings());
                settings = resolve(model, overrides);
            }
            settings.reasons().forEach(LOG::info);
            ModelRunner runner = EngineAssembly.openRunner(model, settings);
            try (MeasuredEngine engine = MeasuredEngine.start(model, runner)) {
                return measure(engine, model, device, scaled);
            }
        }
    }

    private static ResolvedSettings resolve(OpenedModel model, Map<String, String> settings) {
        return EngineAssembly.resolve(JavelinProperties.of(settings), model);
    }

    private EngineReport measure(MeasuredEngine engine, OpenedModel model, BenchDevice device, boolean scaled) {
        Deadline deadline = new Deadline(
                System::nanoTime, startNanos, options.limit() == null && scaled ? SCALED_LIMIT : options.limit());
        double startSeconds = startSeconds(engine, deadline);
        LOG.info("first token after {} s; measuring the device's ceilings", Unit.SECONDS.number(startSeconds));
        DeviceCeilings ceilings = device.ceilings().measure();
        Floors floors = new Floors(
                new ModelCosts(model.model().spec()),
                engine.description().cachePlans(),
                device.streamedBytes().applyAsLong(model.model()),
                ceilings);
        Pace pace = new Pace(
                options.repeats(),
                scaled ? SCALED_MOST_REPEATS : MOST_REPEATS,
                (scaled ? SCALED_ROW_TIME : ROW_TIME).toNanos(),
                deadline,
                System::nanoTime);
        warmUp(engine, deadline);
        List<RowOutcome> outcomes = new ArrayList<>();
        for (Row row : new RowCatalog(scaled ? device.scale() : Scale.FULL, options.seed()).select(options.rows())) {
            Trials trials = new Trials(engine, requests(engine, row.name()), floors, pace, startSeconds);
            outcomes.addAll(measure(row, trials));
        }
        return new EngineReport(
                new EngineReport.Circumstances(engine.description(), options, floors, scaled, Instant.now()), outcomes);
    }

    private double startSeconds(MeasuredEngine engine, Deadline deadline) {
        try {
            RunTimes times =
                    engine.run(List.of(requests(engine, RowCatalog.START).alone(StartRow.FIRST)), false, deadline);
            return ProcessAge.seconds()
                    - (System.nanoTime() - times.requests().getFirst().firstTokenNanos()) * 1e-9;
        } catch (OutOfTimeException e) {
            throw new JavelinException(
                    ErrorCode.INVALID_SETTING, "the time was over before the engine gave its first token", e);
        }
    }

    /** Until the JVM has compiled what every row runs; a deadline that passes meanwhile is met by the rows. */
    private void warmUp(MeasuredEngine engine, Deadline deadline) {
        int sequences = Math.min(WARM_UP_SEQUENCES, engine.description().maxSlots());
        Requests requests = requests(engine, "warm-up");
        long endNanos = System.nanoTime() + options.warmUpTime().toNanos();
        try {
            while (System.nanoTime() < endNanos) {
                engine.run(requests.alone(Collections.nCopies(sequences, WARM_UP_SHAPE)), false, deadline);
                engine.run(requests.alone(List.of(WARM_UP_SHAPE)), false, deadline);
            }
        } catch (OutOfTimeException e) {
            LOG.info("the time was over before the engine was warm");
        }
    }

    private Requests requests(MeasuredEngine engine, String row) {
        SamplingParams sampling = new SamplingParams(options.temperature(), 0, 1, 0, 1, 0, 0, Map.of(), null);
        return new Requests(options.seed(), row, engine.description().spec().vocabularyTokens(), sampling);
    }

    private static List<? extends RowOutcome> measure(Row row, Trials trials) {
        String obstacle = row.obstacle(trials.engine().description());
        if (obstacle == null && trials.pace().deadline().isOver()) {
            obstacle = "the time was over before its turn";
        }
        if (obstacle == null) {
            try {
                List<Measured> lines = row.measure(trials);
                lines.forEach(line -> LOG.info(
                        "{}: {}: {}",
                        line.row(),
                        line.workload(),
                        line.unit().text(line.samples().median())));
                return lines;
            } catch (OutOfTimeException e) {
                obstacle = "the time was over before it was done once";
            }
        }
        LOG.info("{}: {}: not run, {}", row.name(), row.workload(), obstacle);
        return List.of(new NotRun(row.name(), row.workload(), obstacle));
    }
}
