#include "order.hpp"

#include <algorithm>

namespace clearline {

void put_in_order(std::vector<Ranked>& values, int bits) {
    constexpr int kDigit = 11, kDigits = 1 << kDigit;
    if (values.size() < 2 * kDigits) {
        std::stable_sort(values.begin(), values.end(), [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
        return;
    }
    std::vector<Ranked> other(values.size());
    for (int shift = 0; shift < bits; shift += kDigit) {
        uint32_t next[kDigits] = {};
        for (const Ranked& value : values) ++next[value.key >> shift & (kDigits - 1)];
        uint32_t sum = 0;
        for (uint32_t& place : next) {
            const uint32_t count = place;
            place = sum;
            sum += count;
        }
        for (const Ranked& value : values) other[next[value.key >> shift & (kDigits - 1)]++] = value;
        values.swap(other);
    }
}

}  // namespace clearline
