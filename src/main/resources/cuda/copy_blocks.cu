// Copies keys and values of one KV block to another, in every layer of a cache group.
//
//   for each layer l: keys[l][to] = keys[l][from]; values[l][to] = values[l][from]
//
// layers: device addresses, [layerCount][2] (keys, values) as 64-bit integers; a block is blockWords16 pieces of 16 bytes.
// Launch: one block of threads for each (layer, keys or values).

struct __align__(16) Piece {
    unsigned int words[4];
};

extern "C" __global__ void copy_blocks(
        const unsigned long long* __restrict__ layers, int fromBlock, int toBlock, int pieces) {
    Piece* cache = reinterpret_cast<Piece*>(layers[blockIdx.x]);
    const Piece* from = cache + (long long)fromBlock * pieces;
    Piece* to = cache + (long long)toBlock * pieces;
    for (int i = threadIdx.x; i < pieces; i += blockDim.x) {
        to[i] = from[i];
    }
}
