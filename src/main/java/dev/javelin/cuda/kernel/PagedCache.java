package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * Keys and values of one layer in blocks, and which blocks each slot has. Immutable.
 *
 * @param keys E [blocks, KVH, BT, D]
 * @param values as keys
 * @param blockTables int32 [slots, tableStride]: position p of a slot is in block entry p / BT, place p % BT. Only
 *     entries up to a row's length, and from its window on, are read
 * @param tableStride entries of a slot
 */
public record PagedCache(DeviceBuffer keys, DeviceBuffer values, DeviceBuffer blockTables, int tableStride) {
    /** Checks that keys and values are alike and there is a table. */
    public PagedCache {
        if (keys.bytes() != values.bytes()) {
            throw new IllegalArgumentException(
                    "keys have " + keys.bytes() + " bytes and values " + values.bytes() + ", they must be alike");
        }
        if (tableStride <= 0) {
            throw new IllegalArgumentException("tableStride is " + tableStride + ", it must be positive");
        }
        blockTables.requireBytes((long) tableStride * Integer.BYTES, "block tables");
    }
}
