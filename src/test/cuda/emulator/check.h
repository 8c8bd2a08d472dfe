// What checks say: expectations that are counted, and the exit status of the program.
#pragma once

namespace emu {
inline int failures = 0;

// One expectation; a message only where it does not hold.
inline void expect(bool holds, const std::string& what) {
    if (holds) return;
    if (failures++ < 20) fprintf(stderr, "not so: %s\n", what.c_str());
}

// The action must end in a Failure whose message has this part.
inline void expectFailure(const std::string& part, const std::function<void()>& action) {
    try {
        action();
    } catch (const Failure& failure) {
        expect(std::string(failure.what()).find(part) != std::string::npos, "'" + part + "' in: " + failure.what());
        return;
    }
    expect(false, "a failure with '" + part + "'");
}

// ||actual - expected|| / ||expected|| of one row.
template <typename A, typename E>
double relativeError(const A* actual, const E* expected, size_t count) {
    double difference = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        double e = (double)expected[i], d = (double)actual[i] - e;
        difference += d * d;
        size += e * e;
    }
    return std::sqrt(difference / (size > 0 ? size : 1));
}

// The last line of main.
inline int finish(const char* name) {
    const char* element =
#ifdef ELEMENT_F16
            "f16";
#else
            "bf16";
#endif
    if (failures == 0)
        printf("%s (%s): as expected\n", name, element);
    else
        fprintf(stderr, "%s (%s): %d expectations do not hold\n", name, element, failures);
    return failures == 0 ? 0 : 1;
}
} // namespace emu
