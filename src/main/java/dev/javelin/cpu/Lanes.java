package dev.javelin.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this machine, fixed when the class loads: only constants let C2 turn vector calls into
 * instructions.
 */
final class Lanes {
    /** The widest float vector up to 512 bits. */
    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

    /** Elements of {@link #FLOATS}: 16, 8 or 4. */
    static final int COUNT = FLOATS.length();

    /** Ints, as many as floats. */
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** Shorts, as many as floats. */
    static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, COUNT * 16)));

    /** Bytes, as many as floats; of use only where {@link #UNPACKS_BYTES}. */
    static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, COUNT * 8)));

    /** Whether a vector of bytes as long as {@link #FLOATS} exists: not with 128 bits. */
    static final boolean UNPACKS_BYTES = COUNT >= 8;

    /** Every row of activations and every panel is padded with zeros to a multiple of this many floats: 64 bytes. */
    static final int PAD = 16;

    /** All data is little-endian, as GGUF and safetensors are. */
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** 0, 1, 2, ... */
    static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

    private Lanes() {}

    /** The least multiple of {@link #PAD} that is not below a count. */
    static int padded(int elementCount) {
        return (elementCount + PAD - 1) / PAD * PAD;
    }
}
