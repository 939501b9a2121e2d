#include "tree.hpp"

#include <algorithm>
#include <cmath>

#include "order.hpp"

namespace clearline {
namespace {

// Spreads the low 18 bits of a number to every third bit.
uint64_t spread(uint64_t v) {
    v &= 0x3ffff;
    v = (v | v << 32) & 0x1f00000000ffffull;
    v = (v | v << 16) & 0x1f0000ff0000ffull;
    v = (v | v << 8) & 0x100f00f00f00f00full;
    v = (v | v << 4) & 0x10c30c30c30c30c3ull;
    return (v | v << 2) & 0x1249249249249249ull;
}

uint64_t step(float value, float unit) {
    const float steps = value / unit + 131072.0f;
    return steps > 0.0f ? static_cast<uint64_t>(std::min(steps, 262143.0f)) : 0;  // a NaN counts as 0
}

// 0 below `least`, 1 below four times that, and so on.
uint64_t size_class(float value, float least, uint64_t most) {
    uint64_t number = 0;
    for (; value > least && number < most; least *= 4.0f) ++number;
    return number;
}

// Equal in size and length first, then near in place and time. 200 m count as much as 6 minutes: typical volumes are
// ten of each. Any order is right; this one is quick.
uint64_t sort_key(const Box& b) {
    const uint64_t size = size_class(std::max(b.x1 - b.x0, b.y1 - b.y0), 2000.0f, 7);
    const uint64_t duration = size_class(b.t1 - b.t0, 5.4e6f, 7);
    const uint64_t height = b.h0 + b.h1 > 500.0f;
    const uint64_t where = spread(step(b.x0, 200.0f)) | spread(step(b.y0, 200.0f)) << 1 | spread(step(b.t0, 360e3f)) << 2;
    return size << 60 | duration << 57 | height << 56 | where;
}

}  // namespace

Block::Block() {
    for (int k = 0; k < kBlock; ++k) set(k, kNoBox);
}

void Block::set(int k, const Box& b) {
    x0[k] = b.x0, x1[k] = b.x1, y0[k] = b.y0, y1[k] = b.y1;
    t0[k] = b.t0, t1[k] = b.t1, h0[k] = b.h0, h1[k] = b.h1;
}

Box Block::around() const {
    Box all = kNoBox;
    for (int k = 0; k < kBlock; ++k) {
        all.x0 = std::min(all.x0, x0[k]), all.x1 = std::max(all.x1, x1[k]);
        all.y0 = std::min(all.y0, y0[k]), all.y1 = std::max(all.y1, y1[k]);
        all.t0 = std::min(all.t0, t0[k]), all.t1 = std::max(all.t1, t1[k]);
        all.h0 = std::min(all.h0, h0[k]), all.h1 = std::max(all.h1, h1[k]);
    }
    return all;
}

void Question::add(const Box& box) {
    boxes.set(count++, box);
    all = boxes.around();
}

Tree::Tree(std::vector<Entry>& entries) {
    std::vector<Ranked> order(entries.size());
    for (size_t k = 0; k < entries.size(); ++k) order[k] = {sort_key(entries[k].box), static_cast<uint32_t>(k)};
    put_in_order(order, 63);
    rows_.resize(entries.size());
    levels_.emplace_back((entries.size() + kBlock - 1) / kBlock);
    for (size_t k = 0; k < order.size(); ++k) {
        const Entry& entry = entries[order[k].what];
        rows_[k] = entry.row;
        levels_[0][k / kBlock].set(k % kBlock, entry.box);
    }
    while (levels_.back().size() > 1) {
        const std::vector<Block>& below = levels_.back();
        std::vector<Block> above((below.size() + kBlock - 1) / kBlock);
        for (size_t k = 0; k < below.size(); ++k) above[k / kBlock].set(k % kBlock, below[k].around());
        levels_.push_back(std::move(above));
    }
}

void Tree::search(const Question& question, std::vector<Hit>& hits) const {
    struct Step {
        uint32_t level, block;
    };
    Step stack[16 * kBlock];  // a tree of 2^32 rows has 8 levels
    int top = 0;
    stack[top++] = {static_cast<uint32_t>(levels_.size() - 1), 0};
    const Mask16 mask16 = best_mask16();
    const BoxColumns asked = question.boxes.columns();
    while (top > 0) {
        const Step here = stack[--top];
        const Block& block = levels_[here.level][here.block];
        for (uint32_t mask = mask16(block.columns(), 0, question.all); mask != 0; mask &= mask - 1) {
            const int k = __builtin_ctz(mask);
            const uint32_t which = question.count == 1 ? 1 : mask16(asked, 0, block.get(k));
            if (which == 0) continue;
            const uint32_t child = here.block * kBlock + k;
            if (here.level == 0) {
                hits.push_back({rows_[child], which});
            } else {
                const char* next = reinterpret_cast<const char*>(&levels_[here.level - 1][child]);
                for (int line = 0; line < 8; ++line) __builtin_prefetch(next + 64 * line);
                stack[top++] = {here.level - 1, child};
            }
        }
    }
}

void Tree::append_to(std::vector<Entry>& entries) const {
    for (size_t k = 0; k < rows_.size(); ++k) entries.push_back({levels_[0][k / kBlock].get(k % kBlock), rows_[k]});
}

int64_t Tree::memory_bytes() const {
    size_t bytes = rows_.capacity() * sizeof(uint32_t);
    for (const auto& level : levels_) bytes += level.capacity() * sizeof(Block);
    return static_cast<int64_t>(bytes);
}

void Forest::add_new(const Entry& entry) {
    if (new_rows_.size() % kBlock == 0) new_blocks_.emplace_back();
    new_blocks_.back().set(new_rows_.size() % kBlock, entry.box);
    new_rows_.push_back(entry.row);
}

void Forest::append_new_to(std::vector<Entry>& entries) const {
    for (size_t k = 0; k < new_rows_.size(); ++k) entries.push_back({new_blocks_[k / kBlock].get(k % kBlock), new_rows_[k]});
}

void Forest::append_to(std::vector<Entry>& entries) const {
    size_t count = entries.size() + new_rows_.size();
    for (const Tree& tree : trees_) count += tree.size();
    entries.reserve(count);
    for (const Tree& tree : trees_) tree.append_to(entries);
    append_new_to(entries);
}

void Forest::search(const Question& question, std::vector<Hit>& hits) const {
    for (const Tree& tree : trees_) tree.search(question, hits);
    const Mask16 mask16 = best_mask16();
    const BoxColumns asked = question.boxes.columns();
    for (size_t n = 0; n < new_blocks_.size(); ++n) {
        for (uint32_t mask = mask16(new_blocks_[n].columns(), 0, question.all); mask != 0; mask &= mask - 1) {
            const int k = __builtin_ctz(mask);
            const uint32_t which = mask16(asked, 0, new_blocks_[n].get(k));
            if (which != 0) hits.push_back({new_rows_[n * kBlock + k], which});
        }
    }
}

void Forest::clear() {
    trees_.clear();
    new_blocks_.clear();
    new_rows_.clear();
}

int64_t Forest::memory_bytes() const {
    size_t bytes = new_blocks_.capacity() * sizeof(Block) + new_rows_.capacity() * sizeof(uint32_t);
    for (const Tree& tree : trees_) bytes += tree.memory_bytes();
    return static_cast<int64_t>(bytes);
}

}  // namespace clearline
