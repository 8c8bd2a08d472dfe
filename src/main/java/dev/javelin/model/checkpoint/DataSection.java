package dev.javelin.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The part of a GGUF file that holds tensor data: gives each directory entry its bytes. Confined to the thread that
 * parses.
 *
 * <p>Held here: sizes are exact products, a row is whole blocks, every tensor starts aligned, ends in the file and
 * shares no byte with another.
 *
 * @param file the whole file
 * @param cursor makes the errors
 * @param startBytes where the section starts in the file
 * @param alignmentBytes a power of two
 */
record DataSection(MemorySegment file, GgufCursor cursor, long startBytes, long alignmentBytes) {
    /** The tensors of the entries, in the same order. */
    List<GgufTensor> place(List<GgufHeader.TensorEntry> entries) {
        MemorySegment readOnly = file.asReadOnly();
        List<GgufTensor> tensors = new ArrayList<>(entries.size());
        for (GgufHeader.TensorEntry entry : entries) {
            long byteCount = byteCount(entry);
            long at = fileOffset(entry, byteCount);
            tensors.add(new GgufTensor(
                    cursor.source(), entry.name(), entry.dims(), entry.type(), at, readOnly.asSlice(at, byteCount)));
        }
        refuseOverlaps(tensors);
        return List.copyOf(tensors);
    }

    private long byteCount(GgufHeader.TensorEntry entry) {
        String field = "dims of tensor " + entry.name();
        long rowElements = entry.dims().getFirst();
        if (rowElements % entry.type().blockElementCount() != 0) {
            throw cursor.corrupt(
                    entry.at(),
                    field,
                    entry.dims(),
                    "a row of " + entry.type() + " is a multiple of "
                            + entry.type().blockElementCount());
        }
        try {
            long elements = 1;
            for (long dim : entry.dims()) {
                elements = Math.multiplyExact(elements, dim);
            }
            return entry.type().bytesOf(elements);
        } catch (ArithmeticException e) {
            throw cursor.corrupt(entry.at(), field, entry.dims(), "their product overflows 63 bits");
        }
    }

    private long fileOffset(GgufHeader.TensorEntry entry, long byteCount) {
        String field = "offset of tensor " + entry.name();
        String value = Long.toUnsignedString(entry.offset());
        if (entry.offset() < 0 || (entry.offset() & (alignmentBytes - 1)) != 0) {
            throw cursor.corrupt(
                    entry.offsetAt(), field, value, "it must be a multiple of the alignment " + alignmentBytes);
        }
        long available = file.byteSize() - startBytes - entry.offset();
        if (available < byteCount) {
            throw cursor.corrupt(
                    entry.offsetAt(),
                    field,
                    value,
                    byteCount + " bytes from data section offset " + startBytes + " on pass the file's end at "
                            + file.byteSize());
        }
        return startBytes + entry.offset();
    }

    private void refuseOverlaps(List<GgufTensor> tensors) {
        List<GgufTensor> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.comparingLong(GgufTensor::offsetBytes));
        for (int i = 1; i < sorted.size(); i++) {
            GgufTensor before = sorted.get(i - 1);
            GgufTensor tensor = sorted.get(i);
            long end = before.offsetBytes() + before.byteCount();
            if (end > tensor.offsetBytes()) {
                throw cursor.corrupt(
                        tensor.offsetBytes(),
                        "data of tensor " + tensor.name(),
                        tensor.byteCount() + " bytes long",
                        "it overlaps tensor " + before.name() + ", which ends at " + end);
            }
        }
    }
}
