package dev.javelin.tokenizer.template;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict give. Immutable. */
record DictView(PyDict dict, Part part) {
    /** Which part of the entries it shows. */
    enum Part {
        KEYS("dict_keys"),
        VALUES("dict_values"),
        ITEMS("dict_items");

        private final String typeName;

        Part(String typeName) {
            this.typeName = typeName;
        }

        String typeName() {
            return typeName;
        }
    }

    Object show(PyDict.Entry entry) {
        return switch (part) {
            case KEYS -> entry.key();
            case VALUES -> entry.value();
            case ITEMS -> PyTuple.of(entry.key(), entry.value());
        };
    }
}
