// Bit-exact conversions between f32 and the element type: to nearest even, subnormals kept, every NaN becomes 0x7fff.
#pragma once

inline float __uint_as_float(u32 bits) {
    float x;
    memcpy(&x, &bits, 4);
    return x;
}
inline u32 __float_as_uint(float x) {
    u32 bits;
    memcpy(&bits, &x, 4);
    return bits;
}
inline float __int_as_float(int bits) {
    return __uint_as_float((u32)bits);
}
inline int __float_as_int(float x) {
    return (int)__float_as_uint(x);
}

namespace emu {
#ifdef ELEMENT_F16
inline float elementValue(u16 bits) {
    u32 exponent = bits >> 10 & 31, fraction = bits & 1023;
    float size = exponent == 31  ? (fraction ? NAN : INFINITY)
                 : exponent == 0 ? std::ldexp((float)fraction, -24)
                                 : std::ldexp((float)(fraction | 1024), (int)exponent - 25);
    return std::copysign(size, bits >> 15 ? -1.0f : 1.0f);
}

inline u16 elementBits(float x) {
    if (std::isnan(x)) return 0x7fff;
    u16 sign = std::signbit(x) ? 0x8000 : 0;
    float size = std::fabs(x);
    if (size == 0.0f) return sign;
    if (size >= 65520.0f) return sign | 0x7c00;
    int exponent;
    std::frexp(size, &exponent);                               // size = [0.5, 1) * 2^exponent
    int unit = std::max(exponent - 11, -24);                   // the exponent of the last place
    u32 places = (u32)std::nearbyint(std::ldexp(size, -unit)); // exact scaling, then ties to even
    return (u16)(sign |
                 (places + ((u32)(unit + 24) << 10))); // the hidden bit of a normal number carries into the exponent
}
#else
inline float elementValue(u16 bits) {
    return __uint_as_float((u32)bits << 16);
}

inline u16 elementBits(float x) {
    if (std::isnan(x)) return 0x7fff;
    u32 bits = __float_as_uint(x);
    return (u16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
#endif
} // namespace emu

inline float to_float(elem x) {
    return emu::elementValue(x.bits);
}
inline elem to_elem(float x) {
    return elem{emu::elementBits(x)};
}
inline u32 pack2(float lo, float hi) {
    return emu::elementBits(lo) | (u32)emu::elementBits(hi) << 16;
}
inline void unpack2(u32 pair, float& lo, float& hi) {
    lo = emu::elementValue((u16)pair);
    hi = emu::elementValue((u16)(pair >> 16));
}
