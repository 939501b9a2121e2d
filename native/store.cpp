#include "store.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace clearline {
namespace {

// Every other bit: two such numbers make a place on a curve that keeps neighbours together (Morton's).
uint64_t spread2(uint64_t v) {
    v &= 0xffffff;
    v = (v | v << 16) & 0x0000ffff0000ffffull;
    v = (v | v << 8) & 0x00ff00ff00ff00ffull;
    v = (v | v << 4) & 0x0f0f0f0f0f0f0f0full;
    v = (v | v << 2) & 0x3333333333333333ull;
    return (v | v << 1) & 0x5555555555555555ull;
}

// The order to keep volumes in: neighbours side by side, so that comparing them finds them in the processor's cache.
std::vector<uint32_t> neighbour_order(const Volumes& volumes) {
    std::vector<std::pair<uint64_t, uint32_t>> order(volumes.count);
    for (int64_t i = 0; i < volumes.count; ++i) {
        const int64_t part = volumes.volume_parts[i];
        const int64_t place = part < volumes.parts ? volumes.part_offsets[part] : volumes.places;
        const double lat = place < volumes.places ? volumes.lat_deg[place] : 0.0;
        const double lon = place < volumes.places ? volumes.lon_deg[place] : 0.0;
        // Half a kilometre or so; anything that is not on the Earth is refused later, wherever it is sorted.
        const double y = lat > -90.0 && lat < 90.0 ? (lat + 90.0) * 200.0 : 0.0;
        const double x = lon > -360.0 && lon < 360.0 ? (lon + 360.0) * 150.0 : 0.0;
        order[i] = {spread2(static_cast<uint64_t>(x)) | spread2(static_cast<uint64_t>(y)) << 1, static_cast<uint32_t>(i)};
    }
    std::sort(order.begin(), order.end());
    std::vector<uint32_t> sorted(volumes.count);
    for (int64_t k = 0; k < volumes.count; ++k) sorted[k] = order[k].second;
    return sorted;
}

template <class T>
void make_room(std::vector<T>& values, size_t more) {
    // A large load gets what it needs and little more; small ones grow by doubling as usual.
    if (values.size() + more > values.capacity() && more > values.size() / 2) values.reserve(values.size() + more + more / 64);
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
    make_room(shelf_.rows, volumes.count);
    make_room(shelf_.spans, volumes.count);
    make_room(shelf_.corners, volumes.places);
    const std::vector<uint32_t> order = neighbour_order(volumes);
    for (const uint32_t i : order) {
        const size_t first = shelf_.rows.size();
        shaper_.shape(volumes, i, shelf_);
        for (size_t row = first; row < shelf_.rows.size(); ++row) shelf_.rows[row].id = ids[i];
    }
}

std::vector<int32_t> Store::add(const Volumes& volumes) {
    if (volumes.count == 0) return {};
    if (dead_rows_ > 1024 && dead_rows_ > shelf_.rows.size() / 2) compact();
    const size_t rows = shelf_.rows.size(), corners = shelf_.corners.size(), ends = shelf_.part_ends.size();
    if (corners + static_cast<size_t>(volumes.places) * 3 > 0xfffffff0u)
        throw std::invalid_argument("a store holds at most 2^32 places");
    std::vector<int32_t> ids = choose_ids(volumes.count);
    try {
        append(volumes, ids);
    } catch (...) {
        shelf_.rows.resize(rows);
        shelf_.spans.resize(rows);
        shelf_.corners.resize(corners);
        shelf_.part_ends.resize(ends);
        throw;
    }
    if (!has_epoch_) {
        // Times in boxes count from here; they are sure wherever it is, and sharp if it is near.
        epoch_ms_ = shelf_.spans[rows].start_ms;
        has_epoch_ = true;
    }
    for (const int32_t id : ids)
        if (static_cast<size_t>(id) >= first_row_.size()) first_row_.resize(id + 1, kNoRow);
    for (size_t row = shelf_.rows.size(); row-- > rows;) first_row_[shelf_.rows[row].id] = static_cast<uint32_t>(row);
    for (int64_t k = 0; k < volumes.count && !free_ids_.empty(); ++k) {
        std::pop_heap(free_ids_.begin(), free_ids_.end(), std::greater<>());
        free_ids_.pop_back();
    }
    size_ += volumes.count;
    index_rows(rows, shelf_.rows.size());
    return ids;
}

void Store::remove(const int32_t* ids, int64_t count) {
    for (int64_t k = 0; k < count; ++k) {
        const int32_t id = ids[k];
        if (id < 0 || static_cast<size_t>(id) >= first_row_.size() || first_row_[id] == kNoRow)
            throw std::invalid_argument("there is no volume " + std::to_string(id) + " in the store");
        for (size_t row = first_row_[id]; row < shelf_.rows.size() && shelf_.rows[row].id == id; ++row) {
            shelf_.rows[row].flags |= kDead;
            shelf_.rows[row].id = -1;
            ++dead_rows_;
        }
        first_row_[id] = kNoRow;
        free_ids_.push_back(id);
        std::push_heap(free_ids_.begin(), free_ids_.end(), std::greater<>());
        --size_;
    }
}

void Store::index_rows(size_t first, size_t end) {
    std::vector<Entry> entries[kFaces + 1];
    for (size_t row = first; row < end; ++row) {
        const Row& r = shelf_.rows[row];
        if (r.flags & kDead) continue;
        const Box box = make_box(r, shelf_.spans[row], reach_, epoch_ms_);
        entries[r.flags & kBoundless ? kFaces : r.face].push_back({box, static_cast<uint32_t>(row)});
    }
    const auto alive = [this](uint32_t row) { return !(shelf_.rows[row].flags & kDead); };
    for (int forest = 0; forest <= kFaces; ++forest)
        if (!entries[forest].empty()) forests_[forest].add(entries[forest], alive);
}

// Drops what dead rows hold. Trees name rows by number, so they are built anew.
void Store::compact() {
    Shelf kept;
    for (size_t row = 0; row < shelf_.rows.size(); ++row) {
        Row r = shelf_.rows[row];
        if (r.flags & kDead) continue;
        if (r.flags & kManyParts) {
            const auto ends = shelf_.part_ends.begin() + r.first_part;
            r.first_part = static_cast<uint32_t>(kept.part_ends.size());
            for (auto end = ends;; ++end) {
                kept.part_ends.push_back(*end);
                if (*end == r.corners) break;
            }
        }
        const auto corners = shelf_.corners.begin() + r.first_corner;
        r.first_corner = static_cast<uint32_t>(kept.corners.size());
        kept.corners.insert(kept.corners.end(), corners, corners + r.corners);
        kept.rows.push_back(r);
        kept.spans.push_back(shelf_.spans[row]);
    }
    shelf_ = std::move(kept);
    dead_rows_ = 0;
    for (size_t row = shelf_.rows.size(); row-- > 0;) first_row_[shelf_.rows[row].id] = static_cast<uint32_t>(row);
    for (Forest& forest : forests_) forest.clear();
    index_rows(0, shelf_.rows.size());
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
