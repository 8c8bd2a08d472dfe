// A CUDA driver without a GPU: device memory is host memory, work runs when it is enqueued, graphs record and repeat it, and
// some kernels are C functions; others do nothing, but their parameters are read from the cubin and checked all the same. It checks
// what the bindings and launchers hand over, in tests on machines without a GPU.
#include "fake_driver.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef unsigned long long CUdeviceptr;
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_FOUND = 500, ILLEGAL_STATE = 401 };

static const size_t TOTAL_BYTES = 1ull << 30;
static size_t used_bytes;

// ---- work, streams, graphs ----

struct node {
    fake_work work;
    unsigned char arguments[FAKE_ARGUMENT_BYTES];
};

struct graph {
    size_t count;
    struct node* nodes;
};

struct stream {
    struct graph* captured;
};

int fake_enqueue(void* opaque, fake_work work, const void* arguments, size_t argument_bytes) {
    struct stream* stream = opaque;
    if (argument_bytes > FAKE_ARGUMENT_BYTES) {
        abort();
    }
    if (stream->captured == NULL) {
        work(arguments);
        return SUCCESS;
    }
    struct graph* graph = stream->captured;
    graph->nodes = realloc(graph->nodes, (graph->count + 1) * sizeof(struct node));
    struct node* node = &graph->nodes[graph->count++];
    node->work = work;
    memcpy(node->arguments, arguments, argument_bytes);
    return SUCCESS;
}

CUresult cuStreamCreateWithPriority(struct stream** stream, unsigned flags, int priority) {
    if (flags != 1 || priority > 0) {
        return INVALID_VALUE;
    }
    *stream = calloc(1, sizeof(struct stream));
    return SUCCESS;
}

CUresult cuStreamDestroy_v2(struct stream* stream) {
    free(stream);
    return SUCCESS;
}

CUresult cuStreamSynchronize(struct stream* stream) {
    return stream->captured == NULL ? SUCCESS : ILLEGAL_STATE;
}

CUresult cuStreamBeginCapture_v2(struct stream* stream, int mode) {
    if (mode != 1 || stream->captured != NULL) {
        return INVALID_VALUE;
    }
    stream->captured = calloc(1, sizeof(struct graph));
    return SUCCESS;
}

CUresult cuStreamEndCapture(struct stream* stream, struct graph** graph) {
    if (stream->captured == NULL) {
        return ILLEGAL_STATE;
    }
    *graph = stream->captured;
    stream->captured = NULL;
    return SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(struct graph** exec, struct graph* graph, unsigned long long flags) {
    if (flags != 0) {
        return INVALID_VALUE;
    }
    *exec = calloc(1, sizeof(struct graph));
    (*exec)->count = graph->count;
    (*exec)->nodes = calloc(graph->count + 1, sizeof(struct node));
    memcpy((*exec)->nodes, graph->nodes, graph->count * sizeof(struct node));
    return SUCCESS;
}

CUresult cuGraphGetNodes(struct graph* graph, void* nodes, size_t* count) {
    if (nodes != NULL) {
        return INVALID_VALUE;
    }
    *count = graph->count;
    return SUCCESS;
}

CUresult cuGraphLaunch(struct graph* exec, struct stream* stream) {
    if (stream->captured != NULL) {
        return ILLEGAL_STATE;
    }
    for (size_t i = 0; i < exec->count; i++) {
        exec->nodes[i].work(exec->nodes[i].arguments);
    }
    return SUCCESS;
}

CUresult cuGraphUpload(struct graph* exec, struct stream* stream) {
    return exec != NULL && stream != NULL ? SUCCESS : INVALID_VALUE;
}

CUresult cuGraphDestroy(struct graph* graph) {
    free(graph->nodes);
    free(graph);
    return SUCCESS;
}

CUresult cuGraphExecDestroy(struct graph* exec) {
    return cuGraphDestroy(exec);
}

// ---- events ----

struct event {
    int timing;
    int recorded;
};

CUresult cuEventCreate(struct event** event, unsigned flags) {
    *event = calloc(1, sizeof(struct event));
    (*event)->timing = flags == 0;
    return flags == 0 || flags == 2 ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventRecord(struct event* event, struct stream* stream) {
    event->recorded = stream != NULL;
    return SUCCESS;
}

CUresult cuStreamWaitEvent(struct stream* stream, struct event* event, unsigned flags) {
    return stream != NULL && event != NULL && flags == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventQuery(struct event* event) {
    return event != NULL ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventSynchronize(struct event* event) {
    return event != NULL ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventElapsedTime_v2(float* millis, struct event* start, struct event* end) {
    if (!start->timing || !end->timing || !start->recorded || !end->recorded) {
        return INVALID_VALUE;
    }
    *millis = 0.5f;
    return SUCCESS;
}

CUresult cuEventDestroy_v2(struct event* event) {
    free(event);
    return SUCCESS;
}

// ---- device ----

CUresult cuInit(unsigned flags) {
    return flags == 0 ? SUCCESS : INVALID_VALUE;
}

// NVRTC asks for the driver's cache of compiled code by this way.
CUresult cuGetExportTable(const void** table, const void* id) {
    return table != NULL && id != NULL ? NOT_FOUND : INVALID_VALUE;
}

CUresult cuDriverGetVersion(int* version) {
    const char* text = getenv("FAKE_DRIVER_VERSION");
    *version = text == NULL ? 13000 : atoi(text);
    return SUCCESS;
}

CUresult cuDeviceGetCount(int* count) {
    *count = 1;
    return SUCCESS;
}

CUresult cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuDeviceGetName(char* name, int bytes, int device) {
    snprintf(name, bytes, "Fake GPU %d", device);
    return SUCCESS;
}

CUresult cuDeviceTotalMem_v2(size_t* bytes, int device) {
    *bytes = TOTAL_BYTES;
    return device == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuDeviceGetAttribute(int* value, int attribute, int device) {
    switch (attribute) {
        case 13: *value = 1500000; break;
        case 16: *value = 132; break;
        case 38: *value = 50 << 20; break;
        case 75: *value = 9; break;
        case 76: *value = 0; break;
        case 81: *value = 228 << 10; break;
        case 97: *value = 227 << 10; break;
        default: return INVALID_VALUE;
    }
    return device == 0 ? SUCCESS : INVALID_VALUE;
}

static int context;

CUresult cuDevicePrimaryCtxRetain(void** out, int device) {
    *out = &context;
    return device == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuDevicePrimaryCtxRelease_v2(int device) {
    return device == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuCtxSetCurrent(void* current) {
    return current == NULL || current == &context ? SUCCESS : INVALID_VALUE;
}

CUresult cuCtxGetDevice(int* device) {
    *device = 0;
    return SUCCESS;
}

CUresult cuCtxSynchronize(void) {
    return SUCCESS;
}

CUresult cuGetErrorName(CUresult status, const char** name) {
    *name = status == INVALID_VALUE ? "CUDA_ERROR_INVALID_VALUE" : status == NOT_FOUND ? "CUDA_ERROR_NOT_FOUND" : "CUDA_ERROR";
    return SUCCESS;
}

CUresult cuGetErrorString(CUresult status, const char** text) {
    *text = status == INVALID_VALUE ? "invalid argument" : "fake error";
    return SUCCESS;
}

// ---- memory ----

struct block {
    size_t bytes;
    char pad[256 - sizeof(size_t)];
};

static CUresult allocate(void** out, size_t bytes) {
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (bytes > TOTAL_BYTES - used_bytes) {
        return OUT_OF_MEMORY;
    }
    struct block* block = aligned_alloc(256, (sizeof(struct block) + bytes + 255) / 256 * 256);
    block->bytes = bytes;
    used_bytes += bytes;
    *out = block + 1;
    return SUCCESS;
}

static CUresult release(void* memory) {
    struct block* block = (struct block*)memory - 1;
    used_bytes -= block->bytes;
    free(block);
    return SUCCESS;
}

CUresult cuMemGetInfo_v2(size_t* free_bytes, size_t* total_bytes) {
    *free_bytes = TOTAL_BYTES - used_bytes;
    *total_bytes = TOTAL_BYTES;
    return SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
    return allocate((void**)address, bytes);
}

CUresult cuMemFree_v2(CUdeviceptr address) {
    return release((void*)address);
}

CUresult cuMemHostAlloc(void** host, size_t bytes, unsigned flags) {
    return flags == 3 ? allocate(host, bytes) : INVALID_VALUE;
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* address, void* host, unsigned flags) {
    *address = (CUdeviceptr)host;
    return flags == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuMemFreeHost(void* host) {
    return release(host);
}

struct copy {
    void* to;
    const void* from;
    size_t bytes;
    int value;
};

static void run_copy(const void* arguments) {
    const struct copy* copy = arguments;
    memcpy(copy->to, copy->from, copy->bytes);
}

static void run_fill(const void* arguments) {
    const struct copy* fill = arguments;
    memset(fill->to, fill->value, fill->bytes);
}

CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes, void* stream) {
    struct copy copy = {(void*)to, (const void*)from, bytes, 0};
    return fake_enqueue(stream, run_copy, &copy, sizeof(copy));
}

CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, void* stream) {
    struct copy fill = {(void*)to, NULL, count, value};
    return fake_enqueue(stream, run_fill, &fill, sizeof(fill));
}

// ---- kernels ----

struct launch {
    unsigned grid[3];
    unsigned block_threads;
    unsigned shared_bytes;
    union {
        int64_t wide;
        int32_t narrow;
        float real;
        void* pointer;
    } arguments[32];
};

static void run_arguments(const void* arguments) {
    const struct launch* launch = arguments;
    int64_t* out = launch->arguments[0].pointer;
    int32_t bits;
    memcpy(&bits, &launch->arguments[3].real, sizeof(bits));
    int64_t values[] = {launch->arguments[1].wide, launch->arguments[2].narrow, bits, launch->grid[0], launch->grid[1],
                        launch->grid[2], launch->block_threads, launch->arguments[4].pointer == NULL};
    memcpy(out, values, sizeof(values));
}

static void run_add(const void* arguments) {
    const struct launch* launch = arguments;
    int32_t* values = launch->arguments[0].pointer;
    int32_t threads = (int32_t)(launch->grid[0] * launch->block_threads);
    for (int32_t i = 0; i < launch->arguments[1].narrow && i < threads; i++) {
        values[i] += launch->arguments[2].narrow;
    }
}

static void run_shared(const void* arguments) {
    const struct launch* launch = arguments;
    int32_t bytes = launch->arguments[1].narrow;
    *(int32_t*)launch->arguments[0].pointer = (int32_t)launch->shared_bytes >= bytes ? (bytes - 1) % 251 : -1;
}

static void run_read(const void* arguments) {
    const struct launch* launch = arguments;
    const uint32_t* words = launch->arguments[0].pointer;
    uint32_t* result = launch->arguments[2].pointer;
    for (int64_t i = 0; i < 4 * launch->arguments[1].wide; i++) {
        *result += words[i];
    }
}

static void run_nothing(const void* arguments) {
    (void)arguments;
}

static const struct {
    const char* name;
    fake_work work;
} known_works[] = {{"probe_arguments", run_arguments}, {"probe_add", run_add}, {"probe_shared", run_shared}, {"read_bandwidth", run_read}};

enum { MAX_PARAMETERS = 32, MAX_KERNELS = 16, MAX_NAME = 120 };

struct kernel {
    char name[MAX_NAME];
    fake_work work;
    unsigned parameter_count;
    unsigned widths[MAX_PARAMETERS];
    unsigned allowed_shared;
};

struct module {
    int kernel_count;
    struct kernel kernels[MAX_KERNELS];
};

// Reads the attributes of one kernel, { u8 format, u8 attribute, u16 value or payload bytes }, payload where the format is 4; attribute
// 0x17 is a parameter: { u32 index, u16 ordinal, u16 offset, u32 bytes << 18 | flags }.
static void read_parameters(struct kernel* kernel, const unsigned char* at, const unsigned char* end) {
    while (at < end) {
        unsigned payload = at[0] == 4 ? at[2] | at[3] << 8 : 0;
        if (at[0] == 4 && at[1] == 0x17) {
            unsigned ordinal = at[8] | at[9] << 8;
            uint32_t flags;
            memcpy(&flags, at + 12, sizeof(flags));
            if (ordinal >= MAX_PARAMETERS) {
                abort();
            }
            kernel->widths[ordinal] = flags >> 18;
            kernel->parameter_count = ordinal >= kernel->parameter_count ? ordinal + 1 : kernel->parameter_count;
        }
        at += 4 + payload;
    }
}

CUresult cuModuleLoadData(struct module** out, const unsigned char* image) {
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)image;
    if (memcmp(image, ELFMAG, SELFMAG) != 0) {
        return INVALID_VALUE;
    }
    struct module* module = calloc(1, sizeof(struct module));
    const Elf64_Shdr* sections = (const Elf64_Shdr*)(image + header->e_shoff);
    const char* names = (const char*)image + sections[header->e_shstrndx].sh_offset;
    static const char prefix[] = ".nv.info.";
    for (int i = 0; i < header->e_shnum; i++) {
        const char* name = names + sections[i].sh_name;
        if (strncmp(name, prefix, strlen(prefix)) != 0 || module->kernel_count == MAX_KERNELS) {
            continue;
        }
        struct kernel* kernel = &module->kernels[module->kernel_count++];
        snprintf(kernel->name, MAX_NAME, "%s", name + strlen(prefix));
        kernel->allowed_shared = 48 << 10;
        kernel->work = run_nothing;
        for (size_t known = 0; known < sizeof(known_works) / sizeof(known_works[0]); known++) {
            if (strcmp(known_works[known].name, kernel->name) == 0) {
                kernel->work = known_works[known].work;
            }
        }
        const unsigned char* begin = image + sections[i].sh_offset;
        read_parameters(kernel, begin, begin + sections[i].sh_size);
    }
    *out = module;
    return SUCCESS;
}

CUresult cuModuleUnload(struct module* module) {
    free(module);
    return SUCCESS;
}

CUresult cuModuleGetFunction(struct kernel** function, struct module* module, const char* name) {
    for (int i = 0; i < module->kernel_count; i++) {
        if (strcmp(module->kernels[i].name, name) == 0) {
            *function = &module->kernels[i];
            return SUCCESS;
        }
    }
    return NOT_FOUND;
}

CUresult cuFuncLoad(struct kernel* function) {
    return function != NULL ? SUCCESS : INVALID_VALUE;
}

CUresult cuFuncGetParamInfo(struct kernel* function, size_t index, size_t* offset, size_t* bytes) {
    if (index >= function->parameter_count) {
        return INVALID_VALUE;
    }
    *offset = 8 * index;
    *bytes = function->widths[index];
    return SUCCESS;
}

CUresult cuFuncGetAttribute(int* value, int attribute, struct kernel* function) {
    *value = attribute == 4 ? 32 : 0;
    return function != NULL ? SUCCESS : INVALID_VALUE;
}

CUresult cuFuncSetAttribute(struct kernel* function, int attribute, int value) {
    if (attribute != 8 || value > 227 << 10) {
        return INVALID_VALUE;
    }
    function->allowed_shared = value;
    return SUCCESS;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, struct kernel* function, int threads, size_t shared) {
    *blocks = 2048 / threads;
    return function != NULL && shared <= function->allowed_shared ? SUCCESS : INVALID_VALUE;
}

static CUresult launch_kernel(struct kernel* function, struct launch* launch, unsigned y, unsigned z, void* stream, void** values) {
    if (launch->shared_bytes > function->allowed_shared || y != 1 || z != 1 || stream == NULL) {
        return INVALID_VALUE;
    }
    for (unsigned i = 0; i < function->parameter_count; i++) {
        memcpy(&launch->arguments[i], values[i], function->widths[i]);
    }
    return fake_enqueue(stream, function->work, launch, sizeof(*launch));
}

CUresult cuLaunchKernel(struct kernel* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,
                        unsigned block_z, unsigned shared, void* stream, void** values, void** extra) {
    struct launch launch = {{grid_x, grid_y, grid_z}, block_x, shared, {{0}}};
    return extra == NULL ? launch_kernel(function, &launch, block_y, block_z, stream, values) : INVALID_VALUE;
}

struct launch_attribute {
    int id;
    char pad[4];
    int value[16];
};

struct launch_config {
    unsigned grid[3];
    unsigned block[3];
    unsigned shared_bytes;
    void* stream;
    struct launch_attribute* attributes;
    unsigned attribute_count;
};

CUresult cuLaunchKernelEx(const struct launch_config* config, struct kernel* function, void** values, void** extra) {
    if (extra != NULL || config->attribute_count != 1 || config->attributes[0].id != 6 || config->attributes[0].value[0] != 1) {
        return INVALID_VALUE;
    }
    struct launch launch = {{config->grid[0], config->grid[1], config->grid[2]}, config->block[0], config->shared_bytes, {{0}}};
    return launch_kernel(function, &launch, config->block[1], config->block[2], config->stream, values);
}
