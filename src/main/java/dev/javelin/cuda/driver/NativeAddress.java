package dev.javelin.cuda.driver;

import org.bytedeco.javacpp.Pointer;

/** A raw address in the form that the bindings take. Immutable; owns nothing. */
final class NativeAddress extends Pointer {
    NativeAddress(long rawAddress) {
        address = rawAddress;
    }
}
