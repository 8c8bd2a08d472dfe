package dev.javelin.cuda.blas;

import org.bytedeco.javacpp.Pointer;

/** A device address in the form that the bindings take, written again for every call. Owns nothing. */
final class DevicePointer extends Pointer {
    DevicePointer at(long deviceAddress) {
        address = deviceAddress;
        return this;
    }
}
