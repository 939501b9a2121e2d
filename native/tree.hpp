// An index of boxes that is small, packed, and cheap to search: trees of 16 children, and a short list of newcomers.
//
// The one idea: boxes that are alike in size, length, time and place are put side by side, sixteen to a block, and the
// boxes round blocks are put into blocks again. Newcomers wait in a list that is searched whole; when it is long it
// becomes a tree, together with every tree that is not much larger, so that each box is moved only a few times.
// Removal is the store's affair: it marks rows as dead, and whoever searches looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "boxes.hpp"

namespace clearline {

constexpr int kBlock = 16;

struct Block {
    float x0[kBlock], x1[kBlock], y0[kBlock], y1[kBlock], t0[kBlock], t1[kBlock], h0[kBlock], h1[kBlock];

    Block();
    void set(int k, const Box& box);
    Box get(int k) const { return {x0[k], x1[k], y0[k], y1[k], t0[k], t1[k], h0[k], h1[k]}; }
    Box around() const;
    BoxColumns columns() const { return {x0, x1, y0, y1, t0, t1, h0, h1}; }
};

struct Entry {
    Box box;
    uint32_t row;
};

// A row that may touch some of the boxes asked about: bit k for box k.
struct Hit {
    uint32_t row, asked;
};

// Up to sixteen boxes asked about at once, so that neighbours share the way down the trees.
struct Question {
    Block boxes;
    Box all;
    int count = 0;

    void add(const Box& box);
};

class Tree {
public:
    explicit Tree(std::vector<Entry>& entries);  // sorts them
    void search(const Question& question, std::vector<Hit>& hits) const;
    void append_to(std::vector<Entry>& entries) const;
    size_t size() const { return rows_.size(); }
    int64_t memory_bytes() const;

private:
    std::vector<std::vector<Block>> levels_;  // levels_[0] holds the boxes themselves
    std::vector<uint32_t> rows_;
};

class Forest {
public:
    // `alive` says whether a row is still wanted when trees are merged. All or nothing, if memory runs out.
    template <class Alive>
    void add(std::vector<Entry>& entries, const Alive& alive);
    void search(const Question& question, std::vector<Hit>& hits) const;
    void append_to(std::vector<Entry>& entries) const;  // all there are, dead rows among them
    void clear();
    int64_t memory_bytes() const;

private:
    void add_new(const Entry& entry);
    void append_new_to(std::vector<Entry>& entries) const;

    static constexpr size_t kMostNew = 1024;
    std::vector<Tree> trees_;  // largest first
    std::vector<Block> new_blocks_;
    std::vector<uint32_t> new_rows_;
};

template <class Alive>
void Forest::add(std::vector<Entry>& entries, const Alive& alive) {
    if (new_rows_.size() + entries.size() <= kMostNew) {
        new_rows_.reserve(kMostNew);
        new_blocks_.reserve((kMostNew + kBlock - 1) / kBlock);
        for (const Entry& entry : entries) add_new(entry);
        return;
    }
    append_new_to(entries);
    size_t left = trees_.size();
    while (left > 0 && trees_[left - 1].size() <= 2 * entries.size()) trees_[--left].append_to(entries);
    size_t kept = 0;
    for (const Entry& entry : entries)
        if (alive(entry.row)) entries[kept++] = entry;
    entries.resize(kept);
    std::vector<Tree> grown;
    if (kept > 0) grown.emplace_back(entries);
    trees_.reserve(left + 1);
    // From here on nothing can fail.
    trees_.erase(trees_.begin() + static_cast<std::ptrdiff_t>(left), trees_.end());
    for (Tree& tree : grown) trees_.push_back(std::move(tree));
    new_blocks_.clear();
    new_rows_.clear();
}

}  // namespace clearline
