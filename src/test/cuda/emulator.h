// A CPU emulator of what our kernels use of a GPU: include it before a .cu (or give g++ -include) and call emu::launch.
//
//   #include "emulator.h"
//   #include "cuda/norm.cu"                                       // -I src/main/resources
//   emu::Buffer<float> x(1000, "x"), y(1000, "y");                // device memory: NaN poison, guard zones
//   emu::launch(dim3(8), 128, sharedBytes, [&] { norm(x, y); });  // throws emu::Failure, which ends the program with its message
//
// * Threads of a block are fibers; blocks run one after another. Between two waits a thread runs alone; warps and lanes take turns in a
//   random order (EMU_SEED=n changes it), so a missing barrier shows as a wrong result in some run.
// * Warp operations meet in one warp: lanes that wait for different things, or a block that waits for ever, end in a Failure which says
//   who waits where. Only full masks (0xffffffff); matrix operations also want that no lane has exited.
// * cp.async and bulk copies land as late as the hardware may: at the wait of their group or mbarrier. EMU_COPIES=eager: at once.
//   A kernel must be right either way.
// * Shared memory is NaN (bytes 0xff) before every block. A Buffer ends within 16 bytes of a page that nobody may touch: an access past
//   its end, reads too, is a Failure with the thread and the byte. Writes within the slack and before the start are found after the launch.
// * Floats: mma adds in double and rounds once; fast_* are exact libm with denormals flushed. Conversions are bit-exact.
//
// Not emulated: __shared__ arrays in templates or inline functions (declare them in the kernel and pass them on), partial masks, clusters,
// memory order between blocks, the time that anything takes.
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
#include "emulator/check.h"
