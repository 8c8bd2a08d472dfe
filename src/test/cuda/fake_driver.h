// What the fake libraries share: work is a closure that runs at once, or is recorded while its stream captures.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define FAKE_ARGUMENT_BYTES 512

typedef void (*fake_work)(const void* arguments);

// Runs or records the work; `arguments` are copied.
int fake_enqueue(void* stream, fake_work work, const void* arguments, size_t argument_bytes);
