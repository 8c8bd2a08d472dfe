// A CPU emulator of what our kernels use of a GPU. A check includes it before a .cu, compares, and ends with
// emu::finish:
//
//   #include "emulator.h"                                        // check.sh has the flags of g++
//   #include "cuda/norm.cu"                                      // -I src/main/resources
//   emu::Buffer<float> x(1000, "x"), y(1000, "y");               // device memory: NaN poison, guard zones
//   emu::launch(dim3(8), 128, sharedBytes, [&] { norm(x, y); }); // throws emu::Failure: uncaught, it ends the program
//   emu::expect(emu::relativeError(y.data(), expected, 1000) < 1e-5, "norm");
//   return emu::finish("norm");                                  // 1 where an expectation does not hold
//
// * Threads of a block are fibers. Blocks run one after another in a random order; between two waits a thread runs
//   alone; warps and lanes take turns in a random order. EMU_SEED=n is another order: a missing barrier is a wrong
//   result in some.
// * Warp operations meet in one warp: lanes that wait for different things, or a block that waits for ever, end in a
//   Failure which says who waits where. Only full masks (0xffffffff); matrix operations want all 32 lanes alive.
// * cp.async and bulk copies land as late as the hardware may: at the wait of their group or mbarrier.
//   EMU_COPIES=eager: at once. A kernel must be right either way.
// * Shared memory is NaN (bytes 0xff) before every block. A Buffer ends less than 16 bytes before a page that nobody
//   may touch: an access there, reads too, is a Failure that names the thread and the byte. Writes to those few bytes,
//   and to 256 before the start, are found after the launch.
// * mma adds in double and rounds once; fast_* are libm with denormals flushed. Conversions are bit-exact.
//
// Not emulated: __shared__ arrays in templates or inline functions (declare them in the kernel and pass them on),
// partial masks, clusters, blocks that wait for each other, the order of memory accesses, the time that anything takes.
#pragma once
#ifndef EMULATED
#define EMULATED 1
#endif

#include "emulator/language.h"

#include "../../main/resources/cuda/types.cuh"

#include "emulator/elements.h"

#include "emulator/memory.h"

#include "emulator/fibers.h"

#include "emulator/launch.h"

#include "emulator/copies.h"
#include "emulator/warps.h"
#include "emulator/wrappers.h"

#include "emulator/builtins.h"
#include "emulator/check.h"
