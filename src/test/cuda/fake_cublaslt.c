// cuBLASLt without a GPU, for fake_driver.c: column-major products of bf16 or f16 with f32 sums, and a heuristic that offers
// algorithms of which one does not fit and one fails when it runs.
#include "fake_driver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_VALUE = 7, NOT_SUPPORTED = 15 };
enum { R_32F = 0, R_16F = 2, R_16BF = 14, COMPUTE_32F = 68 };

struct product {
    int transposed_a;
    int transposed_b;
};

struct layout {
    int type;
    uint64_t rows;
    uint64_t columns;
    int64_t leading;
};

struct preference {
    uint64_t workspace_bytes;
    uint32_t reduction_mask;
    uint32_t alignments[4];
};

struct algorithm {
    uint64_t words[8];
};

struct heuristic {
    struct algorithm algorithm;
    size_t workspace_bytes;
    int state;
    float waves;
    int reserved[4];
};

static const uint64_t SIGNATURE = 0xfeedfacecafebeefull;

size_t cublasLtGetVersion(void) {
    return 130000;
}

const char* cublasLtGetStatusName(int status) {
    return status == NOT_SUPPORTED ? "CUBLAS_STATUS_NOT_SUPPORTED" : "CUBLAS_STATUS";
}

const char* cublasLtGetStatusString(int status) {
    return status == NOT_SUPPORTED ? "the functionality is not supported" : "fake error";
}

int cublasLtCreate(void** handle) {
    *handle = malloc(1);
    return SUCCESS;
}

int cublasLtDestroy(void* handle) {
    free(handle);
    return SUCCESS;
}

int cublasLtMatmulDescCreate(struct product** out, int compute, int scale) {
    *out = calloc(1, sizeof(struct product));
    return compute == COMPUTE_32F && scale == R_32F ? SUCCESS : INVALID_VALUE;
}

int cublasLtMatmulDescSetAttribute(struct product* product, int attribute, const void* value, size_t bytes) {
    if (bytes != sizeof(int) || (attribute != 3 && attribute != 4)) {
        return INVALID_VALUE;
    }
    *(attribute == 3 ? &product->transposed_a : &product->transposed_b) = *(const int*)value;
    return SUCCESS;
}

int cublasLtMatmulDescDestroy(struct product* product) {
    free(product);
    return SUCCESS;
}

int cublasLtMatrixLayoutCreate(struct layout** out, int type, uint64_t rows, uint64_t columns, int64_t leading) {
    *out = malloc(sizeof(struct layout));
    **out = (struct layout){type, rows, columns, leading};
    return leading >= (int64_t)rows ? SUCCESS : INVALID_VALUE;
}

int cublasLtMatrixLayoutDestroy(struct layout* layout) {
    free(layout);
    return SUCCESS;
}

int cublasLtMatmulPreferenceCreate(struct preference** out) {
    *out = calloc(1, sizeof(struct preference));
    return SUCCESS;
}

int cublasLtMatmulPreferenceSetAttribute(struct preference* preference, int attribute, const void* value, size_t bytes) {
    if (attribute == 1 && bytes == 8) {
        preference->workspace_bytes = *(const uint64_t*)value;
    } else if (attribute == 3 && bytes == 4) {
        preference->reduction_mask = *(const uint32_t*)value;
    } else if (attribute >= 5 && attribute <= 8 && bytes == 4) {
        preference->alignments[attribute - 5] = *(const uint32_t*)value;
    } else {
        return INVALID_VALUE;
    }
    return SUCCESS;
}

int cublasLtMatmulPreferenceDestroy(struct preference* preference) {
    free(preference);
    return SUCCESS;
}

// Whether a (as op says), b and d are a product.
static int fits(const struct product* product, const struct layout* a, const struct layout* b, const struct layout* d) {
    uint64_t a_rows = product->transposed_a ? a->columns : a->rows;
    uint64_t a_columns = product->transposed_a ? a->rows : a->columns;
    return !product->transposed_b && a_columns == b->rows && d->rows == a_rows && d->columns == b->columns && a->type == b->type;
}

int cublasLtMatmulAlgoGetHeuristic(void* handle, struct product* product, struct layout* a, struct layout* b, struct layout* c,
                                   struct layout* d, struct preference* preference, int wanted, struct heuristic* results, int* found) {
    int aligned = preference->reduction_mask == 2;
    for (int i = 0; i < 4; i++) {
        aligned = aligned && preference->alignments[i] == 16;
    }
    if (handle == NULL || c != d || !aligned || !fits(product, a, b, d)) {
        return INVALID_VALUE;
    }
    // d of 13 rows: a shape that the library does not support
    if (d->rows == 13) {
        return NOT_SUPPORTED;
    }
    int count = wanted < 4 ? wanted : 4;
    memset(results, 0, count * sizeof(struct heuristic));
    for (int i = 0; i < count; i++) {
        results[i].algorithm.words[0] = i;
        results[i].algorithm.words[7] = SIGNATURE;
        results[i].workspace_bytes = i == 1 ? preference->workspace_bytes + 1 : 0;
        results[i].state = SUCCESS;
    }
    *found = count;
    return SUCCESS;
}

int cublasLtMatmulAlgoCheck(void* handle, struct product* product, struct layout* a, struct layout* b, struct layout* c, struct layout* d,
                            const struct algorithm* algorithm, struct heuristic* result) {
    memset(result, 0, sizeof(*result));
    int known = algorithm->words[7] == SIGNATURE && algorithm->words[0] < 4;
    return handle != NULL && c == d && fits(product, a, b, d) && known ? SUCCESS : NOT_SUPPORTED;
}

static float half_to_float(uint16_t bits) {
    int exponent = bits >> 10 & 31;
    float fraction = bits & 1023;
    float value = exponent == 0 ? ldexpf(fraction, -24) : exponent == 31 ? (fraction == 0 ? INFINITY : NAN) : ldexpf(1024 + fraction, exponent - 25);
    return bits >> 15 ? -value : value;
}

static float read_number(int type, const void* data, uint64_t index) {
    if (type == R_32F) {
        return ((const float*)data)[index];
    }
    uint16_t bits = ((const uint16_t*)data)[index];
    if (type == R_16F) {
        return half_to_float(bits);
    }
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof(value));
    return value;
}

static void write_number(int type, void* data, uint64_t index, float value) {
    if (type == R_32F) {
        ((float*)data)[index] = value;
        return;
    }
    uint32_t wide;
    memcpy(&wide, &value, sizeof(wide));
    if (type == R_16BF) {
        ((uint16_t*)data)[index] = (wide + 0x7fff + (wide >> 16 & 1)) >> 16;
        return;
    }
    // The nearest half of a normal number, by way of the spacing of its binade.
    int exponent;
    frexpf(value, &exponent);
    int spacing = (exponent < -13 ? -13 : exponent) - 11;
    float magnitude = fabsf(nearbyintf(ldexpf(value, -spacing)));
    uint16_t bits = 0;
    if (magnitude >= 2048) {
        magnitude /= 2;
        spacing++;
    }
    bits = magnitude < 1024 ? (uint16_t)magnitude : (uint16_t)(((spacing + 25) << 10) + ((uint16_t)magnitude - 1024));
    ((uint16_t*)data)[index] = bits | (signbit(value) ? 0x8000 : 0);
}

struct call {
    struct layout a, b, d;
    const void* a_data;
    const void* b_data;
    const void* c_data;
    void* d_data;
    int transposed_a;
    float alpha, beta;
};

static void run_product(const void* arguments) {
    const struct call* call = arguments;
    uint64_t inner = call->b.rows;
    for (uint64_t column = 0; column < call->d.columns; column++) {
        for (uint64_t row = 0; row < call->d.rows; row++) {
            float sum = 0;
            for (uint64_t i = 0; i < inner; i++) {
                uint64_t a_index = call->transposed_a ? i + row * call->a.leading : row + i * call->a.leading;
                sum += read_number(call->a.type, call->a_data, a_index) *
                       read_number(call->b.type, call->b_data, i + column * call->b.leading);
            }
            uint64_t index = row + column * call->d.leading;
            float old = call->beta == 0 ? 0 : call->beta * read_number(call->d.type, call->c_data, index);
            write_number(call->d.type, call->d_data, index, call->alpha * sum + old);
        }
    }
}

int cublasLtMatmul(void* handle, struct product* product, const float* alpha, const void* a_data, struct layout* a, const void* b_data,
                   struct layout* b, const float* beta, const void* c_data, struct layout* c, void* d_data, struct layout* d,
                   const struct algorithm* algorithm, void* workspace, size_t workspace_bytes, void* stream) {
    if (handle == NULL || !fits(product, a, b, d) || c != d || c_data != d_data || algorithm->words[7] != SIGNATURE || workspace == NULL ||
        workspace_bytes != 64u << 20 || stream == NULL) {
        return INVALID_VALUE;
    }
    if (algorithm->words[0] == 2) {
        return NOT_SUPPORTED;
    }
    struct call call = {*a, *b, *d, a_data, b_data, c_data, d_data, product->transposed_a, *alpha, *beta};
    return fake_enqueue(stream, run_product, &call, sizeof(call));
}
