// All volumes of one reach: add, remove, join all with all, query some against all.
#pragma once

#include <array>
#include <vector>

#include "boxes.hpp"
#include "pair.hpp"
#include "tree.hpp"
#include "volume.hpp"

namespace clearline {

constexpr uint32_t kNoRow = 0xffffffffu;

struct Found {
    int32_t first, second;  // first < second
    State state;            // Meets or Unsure
};

using Forests = std::array<Forest, kFaces + 1>;

// Not to be used by two threads at once.
class Store {
public:
    explicit Store(const Reach& reach) : reach_(reach), shaper_(reach.lateral_m), query_shaper_(reach.lateral_m) {}

    // Identifiers of the new volumes, in order; those of removed volumes are used again, lowest first. All or nothing:
    // if it throws (std::invalid_argument for a volume that cannot be), the store holds what it held before.
    std::vector<int32_t> add(const Volumes& volumes);
    // All or nothing: throws std::invalid_argument for an identifier that is not in the store, or is there twice.
    void remove(const int32_t* ids, int64_t count);

    // All pairs that are not surely apart, sorted; the same whatever the number of threads.
    std::vector<Found> join(bool between_parties_only, int threads) const;
    // All (index of the query, id) not surely apart, sorted. Volumes of `except_party` are left out, unless negative.
    std::vector<Found> query(const Volumes& volumes, int32_t except_party);

    int64_t size() const { return size_; }
    int64_t memory_bytes() const;

private:
    Shelved at(uint32_t row) const { return {shelf_.rows[row], shelf_.spans[row], shelf_}; }
    std::vector<int32_t> choose_ids(int64_t count) const;
    void append(const Volumes& volumes, const std::vector<int32_t>& ids);
    void index_rows(const Shelf& shelf, size_t first, Forests& forests) const;
    void compact();
    void forget(int32_t id);
    void bury(Row& row);

    Reach reach_;
    Shaper shaper_, query_shaper_;
    Shelf shelf_, query_shelf_;
    Scratch scratch_;
    int64_t epoch_ms_ = 0;
    bool has_epoch_ = false;
    std::vector<uint32_t> first_row_;  // by id; kNoRow if free; rows of one volume lie side by side
    std::vector<int32_t> free_ids_;    // a heap, lowest on top
    int64_t size_ = 0;
    uint64_t dead_rows_ = 0;
    Forests forests_;  // by face; the last holds what is boundless
};

}  // namespace clearline
