package dev.javelin.api.openai;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wire forms of {@code /v1/models}; names are in snake case on the wire. All are immutable. */
final class ModelWire {
    private ModelWire() {}

    /**
     * All models.
     *
     * @param object {@code list}
     * @param data the models
     */
    record Models(String object, List<Model> data) {}

    /**
     * One model.
     *
     * @param id the served name
     * @param object {@code model}
     * @param created when it was loaded, in seconds since 1970
     * @param ownedBy {@code javelin}
     * @param root the served name
     * @param parent always null
     * @param maxModelLen most tokens of prompt and answer together
     */
    record Model(
            String id,
            String object,
            long created,
            String ownedBy,
            String root,
            @Nullable String parent,
            int maxModelLen) {}
}
