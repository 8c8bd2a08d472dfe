package dev.javelin.api.openai;

import dev.javelin.api.BodyReader;
import dev.javelin.api.EventStream;
import dev.javelin.api.IgnoredFields;
import dev.javelin.api.Offload;
import dev.javelin.api.ServedModel;
import dev.javelin.api.WireWriter;
import dev.javelin.output.GenerationService;
import dev.javelin.output.TextModel;
import java.time.InstantSource;

/**
 * What the endpoints stand on. Immutable.
 *
 * @param generation makes answers
 * @param text the served model's text
 * @param model the served model as clients see it
 * @param bodies reads requests
 * @param writer writes answers
 * @param streams of server-sent events
 * @param ignored tells of fields that nobody read
 * @param offload where text is encoded for {@code /tokenize}
 * @param clock for {@code created}
 */
public record OpenAiServices(
        GenerationService generation,
        TextModel text,
        ServedModel model,
        BodyReader bodies,
        WireWriter writer,
        EventStream streams,
        IgnoredFields ignored,
        Offload offload,
        InstantSource clock) {}
