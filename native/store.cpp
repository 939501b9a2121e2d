#include "store.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "order.hpp"

namespace clearline {
namespace {

// Every other bit: two such numbers make a place on a curve that keeps neighbours together (Morton's).
uint64_t spread2(uint64_t v) {
    v &= 0x1ffff;
    v = (v | v << 16) & 0x0001ffff0000ffffull;
    v = (v | v << 8) & 0x00ff00ff00ff00ffull;
    v = (v | v << 4) & 0x0f0f0f0f0f0f0f0full;
    v = (v | v << 2) & 0x3333333333333333ull;
    return (v | v << 1) & 0x5555555555555555ull;
}

// The order to keep rows in: neighbours side by side, so that comparing them finds them in the processor's cache.
uint64_t neighbour_key(const Row& row) {
    const auto step = [](float value_m) {  // half a kilometre, out to 33,000 km either way
        return static_cast<uint64_t>(std::min(std::max(value_m / 512.0f + 65536.0f, 0.0f), 131071.0f));
    };
    return static_cast<uint64_t>(row.face) << 34 | spread2(step(row.middle_x)) | spread2(step(row.middle_y)) << 1;
}

void copy_row(const Shelf& from, size_t number, Shelf& to) {
    Row row = from.rows[number];
    if (row.flags & kManyParts) {
        const auto ends = from.part_ends.begin() + row.first_part;
        row.first_part = static_cast<uint32_t>(to.part_ends.size());
        for (auto end = ends;; ++end) {
            to.part_ends.push_back(*end);
            if (*end == row.corners) break;
        }
    }
    const auto corners = from.corners.begin() + row.first_corner;
    row.first_corner = static_cast<uint32_t>(to.corners.size());
    to.corners.insert(to.corners.end(), corners, corners + row.corners);
    to.rows.push_back(row);
    to.spans.push_back(from.spans[number]);
}

void fetch(const void* from, size_t bytes) {
    for (size_t k = 0; k < bytes; k += 64) __builtin_prefetch(static_cast<const char*>(from) + k);
}

template <class T>
void make_room(std::vector<T>& values, size_t more) {
    // A large load gets what it needs and no more; small ones grow by doubling as usual.
    if (values.size() + more > values.capacity() && more > values.size() / 2) values.reserve(values.size() + more);
}

// Room for so many in all, got by doubling.
template <class T>
void grow(std::vector<T>& values, size_t count) {
    if (count > values.capacity()) values.reserve(std::max(count, 2 * values.capacity()));
}

}  // namespace

std::vector<int32_t> Store::choose_ids(int64_t count) const {
    std::vector<int32_t> free = free_ids_, ids;
    int64_t next = static_cast<int64_t>(first_row_.size());
    if (next + count > 0x3fffffff) throw std::invalid_argument("a store holds at most 2^30 volumes");
    ids.reserve(count);
    for (int64_t k = 0; k < count; ++k) {
        if (free.empty()) {
            ids.push_back(static_cast<int32_t>(next++));
        } else {
            std::pop_heap(free.begin(), free.end(), std::greater<>());
            ids.push_back(free.back());
            free.pop_back();
        }
    }
    return ids;
}

void Store::append(const Volumes& volumes, const std::vector<int32_t>& ids) {
    constexpr int64_t kFew = 4096;
    Shelf fresh;
    Shelf& shelf = volumes.count <= kFew ? shelf_ : fresh;
    const size_t before = shelf.rows.size();
    const size_t spare = volumes.count <= kFew ? 0 : volumes.count / 64;  // some have rows on several faces
    make_room(shelf.rows, volumes.count + spare);
    make_room(shelf.spans, volumes.count + spare);
    make_room(shelf.corners, volumes.places + 12 * spare);
    for (int64_t i = 0; i < volumes.count; ++i) {
        const size_t first = shelf.rows.size();
        shaper_.shape(volumes, i, shelf);
        for (size_t row = first; row < shelf.rows.size(); ++row) shelf.rows[row].id = ids[i];
    }
    if (&shelf == &shelf_) return;
    // Read in the order they came, kept in the order of place.
    std::vector<Ranked> order;
    order.reserve(volumes.count);
    for (size_t row = before; row < fresh.rows.size(); ++row)
        if (row == 0 || fresh.rows[row].id != fresh.rows[row - 1].id)
            order.push_back({neighbour_key(fresh.rows[row]), static_cast<uint32_t>(row)});
    put_in_order(order, 37);
    make_room(shelf_.rows, fresh.rows.size());
    make_room(shelf_.spans, fresh.rows.size());
    make_room(shelf_.corners, fresh.corners.size());
    for (size_t k = 0; k < order.size(); ++k) {
        if (k + 16 < order.size()) {
            fetch(&fresh.rows[order[k + 16].what], 128);
            fetch(&fresh.spans[order[k + 16].what], 32);
        }
        if (k + 8 < order.size()) {
            const Row& ahead = fresh.rows[order[k + 8].what];
            fetch(&fresh.corners[ahead.first_corner], std::min<size_t>(ahead.corners, 32) * sizeof(Corner));
        }
        const int32_t id = fresh.rows[order[k].what].id;
        for (size_t row = order[k].what; row < fresh.rows.size() && fresh.rows[row].id == id; ++row)
            copy_row(fresh, row, shelf_);
    }
}

std::vector<int32_t> Store::add(const Volumes& volumes) {
    if (volumes.count == 0) return {};
    if (dead_rows_ > 1024 && dead_rows_ > shelf_.rows.size() / 2) compact();
    const size_t rows = shelf_.rows.size(), corners = shelf_.corners.size(), ends = shelf_.part_ends.size();
    // A volume has rows on three faces at most; rows are numbered in 31 bits, corners in 32.
    if (corners + static_cast<size_t>(volumes.places) * 3 > 0xfffffff0u || rows + static_cast<size_t>(volumes.count) * 3 > 0x7ffffff0u)
        throw std::invalid_argument("a store holds at most 2^32 places and 2^31 volumes");
    std::vector<int32_t> ids = choose_ids(volumes.count);
    const size_t names = std::max<size_t>(first_row_.size(), *std::max_element(ids.begin(), ids.end()) + 1);
    grow(first_row_, names);
    grow(free_ids_, names);  // so that removing cannot fail
    try {
        append(volumes, ids);
    } catch (...) {
        shelf_.rows.resize(rows);
        shelf_.spans.resize(rows);
        shelf_.corners.resize(corners);
        shelf_.part_ends.resize(ends);
        throw;
    }
    // Times in boxes count from the first there ever was; they are sure wherever it is, and sharp if it is near.
    if (!has_epoch_) epoch_ms_ = shelf_.spans[rows].start_ms;
    try {
        index_rows(shelf_, rows, forests_);
    } catch (...) {  // some faces may have taken their rows in
        for (size_t row = rows; row < shelf_.rows.size(); ++row) bury(shelf_.rows[row]);
        throw;
    }
    has_epoch_ = true;
    first_row_.resize(names, kNoRow);
    for (size_t row = shelf_.rows.size(); row-- > rows;) first_row_[shelf_.rows[row].id] = static_cast<uint32_t>(row);
    for (int64_t k = 0; k < volumes.count && !free_ids_.empty(); ++k) {
        std::pop_heap(free_ids_.begin(), free_ids_.end(), std::greater<>());
        free_ids_.pop_back();
    }
    size_ += volumes.count;
    return ids;
}

void Store::remove(const int32_t* ids, int64_t count) {
    std::vector<int32_t> wanted(ids, ids + count);
    std::sort(wanted.begin(), wanted.end());
    for (size_t k = 0; k < wanted.size(); ++k) {
        const int32_t id = wanted[k];
        if (id < 0 || static_cast<size_t>(id) >= first_row_.size() || first_row_[id] == kNoRow)
            throw std::invalid_argument("there is no volume " + std::to_string(id) + " in the store");
        if (k > 0 && wanted[k - 1] == id)
            throw std::invalid_argument("volume " + std::to_string(id) + " is named twice");
    }
    for (const int32_t id : wanted) forget(id);
}

void Store::bury(Row& row) {
    row.flags |= kDead;
    row.id = -1;
    ++dead_rows_;
}

void Store::forget(int32_t id) {
    for (size_t row = first_row_[id]; row < shelf_.rows.size() && shelf_.rows[row].id == id; ++row)
        bury(shelf_.rows[row]);
    first_row_[id] = kNoRow;
    free_ids_.push_back(id);
    std::push_heap(free_ids_.begin(), free_ids_.end(), std::greater<>());
    --size_;
}

void Store::index_rows(const Shelf& shelf, size_t first, Forests& forests) const {
    std::array<std::vector<Entry>, kFaces + 1> entries;
    for (size_t row = first; row < shelf.rows.size(); ++row) {
        const Row& r = shelf.rows[row];
        const Box box = make_box(r, shelf.spans[row], reach_, epoch_ms_);
        entries[r.flags & kBoundless ? kFaces : r.face].push_back({box, static_cast<uint32_t>(row)});
    }
    const auto alive = [&shelf](uint32_t row) { return !(shelf.rows[row].flags & kDead); };
    for (int forest = 0; forest <= kFaces; ++forest)
        if (!entries[forest].empty()) forests[forest].add(entries[forest], alive);
}

// Drops what dead rows hold. Trees name rows by number, so they are built anew.
void Store::compact() {
    Shelf kept;
    for (size_t row = 0; row < shelf_.rows.size(); ++row)
        if (!(shelf_.rows[row].flags & kDead)) copy_row(shelf_, row, kept);
    Forests forests;
    index_rows(kept, 0, forests);
    // From here on nothing can fail.
    shelf_ = std::move(kept);
    forests_ = std::move(forests);
    dead_rows_ = 0;
    for (size_t row = shelf_.rows.size(); row-- > 0;) first_row_[shelf_.rows[row].id] = static_cast<uint32_t>(row);
}

std::vector<Found> Store::query(const Volumes& volumes, int32_t except_party) {
    query_shelf_.rows.clear();
    query_shelf_.spans.clear();
    query_shelf_.corners.clear();
    query_shelf_.part_ends.clear();
    std::vector<Found> found;
    for (int64_t i = 0; i < volumes.count; ++i) {
        const size_t first = query_shelf_.rows.size();
        query_shaper_.shape(volumes, i, query_shelf_);
        for (size_t row = first; row < query_shelf_.rows.size(); ++row) query_shelf_.rows[row].id = static_cast<int32_t>(i);
    }
    thread_local std::vector<Hit> hits;
    const auto ask = [&](const Forest& forest, const Question& question, const uint32_t* rows) {
        hits.clear();
        forest.search(question, hits);
        for (const Hit& hit : hits) __builtin_prefetch(&shelf_.rows[hit.row]);
        for (const Hit& hit : hits) {
            const Row& other = shelf_.rows[hit.row];
            if ((other.flags & kDead) || (except_party >= 0 && other.party == except_party)) continue;
            for (uint32_t asked = hit.asked; asked != 0; asked &= asked - 1) {
                const uint32_t row = rows[__builtin_ctz(asked)];
                const Row& mine = query_shelf_.rows[row];
                const bool boundless = (mine.flags | other.flags) & kBoundless;
                // A pair is looked at once: on the lowest face both have rows on, or on the first rows of each.
                if (boundless ? (mine.faces & -mine.faces) != 1 << mine.face && !(mine.flags & kBoundless)
                              : (mine.faces & other.faces & -(mine.faces & other.faces)) != 1 << mine.face)
                    continue;
                if (boundless && first_row_[other.id] != hit.row) continue;
                const State state = pair_state({mine, query_shelf_.spans[row], query_shelf_}, at(hit.row), reach_, scratch_);
                if (state != State::Apart) found.push_back({mine.id, other.id, state});
            }
        }
    };
    for (int face = 0; face <= kFaces; ++face) {
        for (int forest = 0; forest <= kFaces; ++forest) {
            // Rows meet rows of their own face; what is boundless meets all.
            if (face != forest && face != kFaces && forest != kFaces) continue;
            Question question;
            uint32_t rows[kBlock];
            for (size_t row = 0; row < query_shelf_.rows.size(); ++row) {
                const Row& mine = query_shelf_.rows[row];
                if ((mine.flags & kBoundless ? kFaces : mine.face) != face) continue;
                rows[question.count] = static_cast<uint32_t>(row);
                question.add(make_box(mine, query_shelf_.spans[row], reach_, epoch_ms_));
                if (question.count == kBlock) {
                    ask(forests_[forest], question, rows);
                    question = Question();
                }
            }
            if (question.count > 0) ask(forests_[forest], question, rows);
        }
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    return found;
}

int64_t Store::memory_bytes() const {
    size_t bytes = shelf_.rows.capacity() * sizeof(Row) + shelf_.spans.capacity() * sizeof(Span) +
                   shelf_.corners.capacity() * sizeof(Corner) + shelf_.part_ends.capacity() * sizeof(uint32_t) +
                   first_row_.capacity() * sizeof(uint32_t) + free_ids_.capacity() * sizeof(int32_t);
    for (const Forest& forest : forests_) bytes += forest.memory_bytes();
    return static_cast<int64_t>(bytes);
}

}  // namespace clearline
