package dev.javelin.model.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads one metadata value, lists and nested lists included. Confined to the thread that parses.
 *
 * @param cursor stands at the value's type
 * @param field names the value in errors
 */
record GgufValueReader(GgufCursor cursor, String field) {
    private static final int STRING_LIMIT_BYTES = 16 << 20;
    private static final int NESTING_LIMIT = 4;

    GgufValue read() {
        GgufValueType type = readType("type of " + field);
        return type == GgufValueType.ARRAY ? readList(1) : readScalar(type);
    }

    private GgufValueType readType(String name) {
        long at = cursor.position();
        int id = cursor.readInt(name);
        return GgufValueType.tryOfId(id)
                .orElseThrow(() -> cursor.corrupt(
                        at,
                        name,
                        Integer.toUnsignedString(id),
                        "value types are " + Arrays.toString(GgufValueType.values()) + " from 0 on"));
    }

    private GgufValue readScalar(GgufValueType type) {
        return switch (type) {
            case BOOL -> new GgufValue.Flag(readFlag());
            case FLOAT32, FLOAT64 -> new GgufValue.Real(readReal(type));
            case STRING -> new GgufValue.Text(readText());
            case UINT64 -> {
                long bits = cursor.readLong(field);
                yield bits < 0 ? new GgufValue.BigWhole(bits) : new GgufValue.Whole(bits);
            }
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> new GgufValue.Whole(readWhole(type));
            case ARRAY -> throw new IllegalArgumentException("a list is no scalar");
        };
    }

    private GgufValue readList(int depth) {
        GgufValueType type = readType("element type of " + field);
        if (type == GgufValueType.ARRAY && depth == NESTING_LIMIT) {
            throw cursor.corrupt(
                    cursor.position(), field, "nested deeper than " + NESTING_LIMIT, "lists nest no deeper here");
        }
        int count = cursor.readElementCount("element count of " + field, type.minBytes());
        return switch (type) {
            case BOOL -> new GgufValue.Flags(repeat(count, this::readFlag));
            case FLOAT32, FLOAT64 -> new GgufValue.Reals(repeat(count, () -> readReal(type)));
            case STRING -> new GgufValue.Texts(repeat(count, this::readText));
            case ARRAY -> new GgufValue.Lists(repeat(count, () -> readList(depth + 1)));
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
                new GgufValue.Wholes(repeat(count, () -> readWhole(type)));
        };
    }

    private static <T> List<T> repeat(int count, Supplier<T> element) {
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private boolean readFlag() {
        long at = cursor.position();
        int value = cursor.readByte(field);
        if (value != 0 && value != 1) {
            throw cursor.corrupt(at, field, value, "a boolean is 0 or 1");
        }
        return value == 1;
    }

    private double readReal(GgufValueType type) {
        return type == GgufValueType.FLOAT32
                ? Float.intBitsToFloat(cursor.readInt(field))
                : Double.longBitsToDouble(cursor.readLong(field));
    }

    private String readText() {
        return cursor.readString(field, STRING_LIMIT_BYTES);
    }

    private long readWhole(GgufValueType type) {
        long at = cursor.position();
        long value = switch (type) {
            case UINT8 -> cursor.readByte(field) & 0xFFL;
            case INT8 -> cursor.readByte(field);
            case UINT16 -> cursor.readShort(field) & 0xFFFFL;
            case INT16 -> cursor.readShort(field);
            case UINT32 -> cursor.readInt(field) & 0xFFFF_FFFFL;
            case INT32 -> cursor.readInt(field);
            case UINT64, INT64 -> cursor.readLong(field);
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> throw new IllegalArgumentException(type + " is no integer");
        };
        if (type == GgufValueType.UINT64 && value < 0) {
            throw cursor.corrupt(at, field, Long.toUnsignedString(value), "list elements must be below 2^63");
        }
        return value;
    }
}
