package dev.javelin.bench;

import dev.javelin.engine.EngineRequest;
import java.util.List;

/**
 * What a row measures with. Confined to one thread.
 *
 * @param engine runs its requests
 * @param requests makes them
 * @param floors what could be reached
 * @param pace how often it repeats
 * @param startSeconds from the process's start to its first token
 */
record Trials(MeasuredEngine engine, Requests requests, Floors floors, Pace pace, double startSeconds) {
    /** Runs requests until all have ended. */
    RunTimes run(List<EngineRequest> batch) throws OutOfTimeException {
        return engine.run(batch, false, pace.deadline());
    }

    /** Runs requests that share nothing and start together: the engine is held until all are submitted. */
    RunTimes runTogether(List<RequestShape> shapes) throws OutOfTimeException {
        return engine.run(requests.alone(shapes), true, pace.deadline());
    }

    /** Runs requests that share nothing. */
    RunTimes runAlone(List<RequestShape> shapes) throws OutOfTimeException {
        return run(requests.alone(shapes));
    }
}
