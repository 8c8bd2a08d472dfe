package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One object of a {@code tokenizer.json} with its place, read with checks. Immutable.
 *
 * @param json the object; a null node for a section that is absent
 * @param path where it stands, e.g. {@code pre_tokenizer.pretokenizers[0]}
 */
record Component(JsonNode json, String path) {
    boolean isAbsent() {
        return json.isNull() || json.isMissingNode();
    }

    String type() {
        return text("type");
    }

    Component child(String key) {
        return new Component(json.path(key), path.isEmpty() ? key : path + "." + key);
    }

    List<Component> children(String key) {
        JsonNode array = json.path(key);
        if (!array.isArray()) {
            throw corrupt(key, "an array");
        }
        List<Component> children = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            children.add(new Component(array.get(i), path + (path.isEmpty() ? "" : ".") + key + "[" + i + "]"));
        }
        return children;
    }

    String text(String key) {
        if (!json.path(key).isString()) {
            throw corrupt(key, "a string");
        }
        return json.path(key).stringValue();
    }

    boolean flag(String key, boolean absent) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw corrupt(key, "a boolean");
        }
        return value.booleanValue();
    }

    /** A number that must be there, in [0, limit). */
    int number(String key, int limit) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() >= limit) {
            throw corrupt(key, "a whole number from 0 to " + (limit - 1));
        }
        return value.intValue();
    }

    /** Whether a key is absent, null or an empty string. */
    boolean isUnset(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode()
                || value.isNull()
                || (value.isString() && value.stringValue().isEmpty());
    }

    JavelinException corrupt(String key, String expected) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                "tokenizer.json: " + child(key).path() + " must be " + expected + ", but is "
                        + json.path(key).getNodeType());
    }

    JavelinException unsupported(String what) {
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED, "tokenizer.json: " + path + ": " + what + " is not supported");
    }

    JavelinException unsupportedType() {
        return unsupported("type \"" + type() + "\"");
    }
}
