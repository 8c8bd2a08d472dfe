package dev.javelin.error;

/** What went wrong, in one word, with who has to act on it. */
public enum ErrorCode {
    /** A request's field has a wrong type, value or combination. */
    INVALID_REQUEST(Blame.USER),
    /** A request carries a field that this server refuses by name. */
    UNSUPPORTED_FIELD(Blame.USER),
    /** Prompt and answer together do not fit the model's context or the KV cache. */
    CONTEXT_LENGTH_EXCEEDED(Blame.USER),
    /** The request names a model that is not served. */
    MODEL_NOT_FOUND(Blame.USER),
    /** A chat template refused the messages, or broke a limit of time, output or recursion. */
    TEMPLATE_FAILED(Blame.USER),
    /** A command line, setting or source name is malformed. */
    INVALID_SETTING(Blame.USER),
    /** The client cancelled the request. */
    CANCELLED(Blame.USER),
    /** Every permit is taken: try again later. */
    QUEUE_FULL(Blame.RESOURCES),
    /** The server is starting or draining and takes no new requests. */
    NOT_READY(Blame.RESOURCES),
    /** A model source could not be reached or did not have the file. */
    MODEL_UNAVAILABLE(Blame.RESOURCES),
    /** A checkpoint, tokenizer or template file is damaged or lies about itself. */
    MODEL_CORRUPT(Blame.RESOURCES),
    /** A well-formed model uses something this build does not support. */
    MODEL_UNSUPPORTED(Blame.RESOURCES),
    /** Memory planned at start does not suffice. */
    OUT_OF_MEMORY(Blame.RESOURCES),
    /** The asked-for device or its libraries are missing. */
    DEVICE_UNAVAILABLE(Blame.RESOURCES),
    /** A device failed while serving: the engine ends. */
    DEVICE_FAILED(Blame.INTERNAL),
    /** The model gave NaN or infinite logits for one sequence. */
    NUMERICS_FAILED(Blame.INTERNAL),
    /** A bug. */
    INTERNAL(Blame.INTERNAL);

    private final Blame blame;

    ErrorCode(Blame blame) {
        this.blame = blame;
    }

    /** Who has to act. */
    public Blame blame() {
        return blame;
    }
}
