package dev.javelin.api;

import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object in a request. Not thread-safe: it belongs to its request. Readers give null for a field
 * that is absent or null, and refuse wrong types with the field's path, e.g. {@code messages[2].content}.
 */
public final class JsonFields {
    private final JsonNode node;
    private final String path;
    private final Set<String> ignoredPaths;

    private JsonFields(JsonNode node, String path, Set<String> ignoredPaths) {
        this.node = node;
        this.path = path;
        this.ignoredPaths = ignoredPaths;
    }

    /**
     * A request's own object.
     *
     * @throws JavelinException INVALID_REQUEST if it is no object
     */
    public static JsonFields root(JsonNode node) {
        if (!node.isObject()) {
            throw JsonValues.wrongType(node, "body", "a JSON object");
        }
        return new JsonFields(node, "", new LinkedHashSet<>());
    }

    /** The path of a field. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The names as they came, those with null values included. */
    public Collection<String> names() {
        return node.propertyNames();
    }

    /** The value, or null if it is absent or null. */
    public @Nullable JsonNode tryNode(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Remembers a field that nobody reads. */
    void ignore(String name) {
        ignoredPaths.add(path(name));
    }

    /** Paths of the fields in the whole request that nobody reads, in order. */
    public Set<String> ignoredPaths() {
        return ignoredPaths;
    }

    /** A string without lone surrogates. */
    public @Nullable String tryString(String name) {
        JsonNode value = tryNode(name);
        return value == null ? null : JsonValues.string(value, path(name));
    }

    /** A truth value, or what stands for its absence. */
    public boolean bool(String name, boolean absent) {
        JsonNode value = tryNode(name);
        return value == null ? absent : JsonValues.bool(value, path(name));
    }

    /** A whole number of 32 bits. */
    public @Nullable Integer tryInteger(String name) {
        JsonNode value = tryNode(name);
        return value == null ? null : JsonValues.integer(value, path(name));
    }

    /** A whole number of 32 bits, or what stands for its absence. */
    public int integer(String name, int absent) {
        Integer value = tryInteger(name);
        return value == null ? absent : value;
    }

    /** A whole number of 64 bits. */
    public @Nullable Long tryLong(String name) {
        JsonNode value = tryNode(name);
        return value == null ? null : JsonValues.wholeNumber(value, path(name));
    }

    /** A finite number, or what stands for its absence. */
    public double number(String name, double absent) {
        JsonNode value = tryNode(name);
        return value == null ? absent : JsonValues.number(value, path(name));
    }

    /** An object's fields. */
    public @Nullable JsonFields tryObject(String name) {
        JsonNode value = tryNode(name);
        return value == null ? null : object(value, path(name));
    }

    /** The elements of an array; none if it is absent. */
    public List<JsonNode> array(String name) {
        JsonNode value = tryNode(name);
        return value == null ? List.of() : JsonValues.array(value, path(name));
    }

    /** The objects of an array; none if it is absent. */
    public List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode element : array(name)) {
            objects.add(object(element, path(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    /** The whole numbers of an array; none if it is absent. */
    public List<Integer> integers(String name) {
        List<Integer> integers = new ArrayList<>();
        for (JsonNode element : array(name)) {
            integers.add(JsonValues.integer(element, path(name) + "[" + integers.size() + "]"));
        }
        return integers;
    }

    /** A string or an array of strings; none if it is absent. */
    public List<String> stringOrStrings(String name) {
        JsonNode value = tryNode(name);
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(JsonValues.string(value, path(name)));
        }
        if (!value.isArray()) {
            throw JsonValues.wrongType(value, path(name), "a string or an array of strings");
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode element : value.values()) {
            strings.add(JsonValues.string(element, path(name) + "[" + strings.size() + "]"));
        }
        return strings;
    }

    /** An error about a field that must be there. */
    public JavelinException missing(String name, String expected) {
        return JsonValues.invalid(path(name), path(name) + " is missing, expected " + expected);
    }

    private JsonFields object(JsonNode value, String valuePath) {
        if (!value.isObject()) {
            throw JsonValues.wrongType(value, valuePath, "an object");
        }
        return new JsonFields(value, valuePath, ignoredPaths);
    }
}
