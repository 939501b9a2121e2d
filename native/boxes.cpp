// Three ways to ask the same question: 16 numbers at a time, 8 at a time, or one by one.
#include "boxes.hpp"

#include "machine.hpp"

#ifdef CLEARLINE_X86
#include <immintrin.h>
#endif

namespace clearline {
namespace {

template <int Count>
uint64_t mask_any(const BoxColumns& c, int64_t i, const Box& b) {
    uint64_t mask = 0;
    for (int k = 0; k < Count; ++k) {
        const int64_t n = i + k;
        const bool touches = (c.x0[n] <= b.x1) & (c.x1[n] >= b.x0) & (c.y0[n] <= b.y1) & (c.y1[n] >= b.y0) &
                             (c.t0[n] <= b.t1) & (c.t1[n] >= b.t0) & (c.h0[n] <= b.h1) & (c.h1[n] >= b.h0);
        mask |= static_cast<uint64_t>(touches) << k;
    }
    return mask;
}

uint64_t mask64_any(const BoxColumns& c, int64_t i, const Box& b) { return mask_any<64>(c, i, b); }
uint32_t mask16_any(const BoxColumns& c, int64_t i, const Box& b) { return static_cast<uint32_t>(mask_any<16>(c, i, b)); }

#ifdef CLEARLINE_X86
// Sideways first: most boxes fail there, and the rest of the columns need not be read.
CLEARLINE_AVX2 CLEARLINE_INLINE uint32_t mask8(const BoxColumns& c, int64_t i, const Box& b) {
#define AT_MOST(column, value) _mm256_cmp_ps(_mm256_loadu_ps(c.column + i), _mm256_set1_ps(b.value), _CMP_LE_OQ)
#define AT_LEAST(column, value) _mm256_cmp_ps(_mm256_loadu_ps(c.column + i), _mm256_set1_ps(b.value), _CMP_GE_OQ)
    __m256 m = _mm256_and_ps(_mm256_and_ps(AT_MOST(x0, x1), AT_LEAST(x1, x0)),
                             _mm256_and_ps(AT_MOST(y0, y1), AT_LEAST(y1, y0)));
    if (_mm256_movemask_ps(m) == 0) return 0;
    m = _mm256_and_ps(m, _mm256_and_ps(AT_MOST(t0, t1), AT_LEAST(t1, t0)));
    m = _mm256_and_ps(m, _mm256_and_ps(AT_MOST(h0, h1), AT_LEAST(h1, h0)));
#undef AT_MOST
#undef AT_LEAST
    return static_cast<uint32_t>(_mm256_movemask_ps(m));
}

CLEARLINE_AVX2 uint64_t mask64_avx2(const BoxColumns& c, int64_t i, const Box& b) {
    uint64_t mask = 0;
    for (int k = 0; k < 64; k += 8) mask |= static_cast<uint64_t>(mask8(c, i + k, b)) << k;
    return mask;
}

CLEARLINE_AVX2 uint32_t mask16_avx2(const BoxColumns& c, int64_t i, const Box& b) {
    return mask8(c, i, b) | mask8(c, i + 8, b) << 8;
}

CLEARLINE_AVX512 CLEARLINE_INLINE uint32_t mask16_wide(const BoxColumns& c, int64_t i, const Box& b) {
    __mmask16 m = _mm512_cmp_ps_mask(_mm512_loadu_ps(c.x0 + i), _mm512_set1_ps(b.x1), _CMP_LE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.x1 + i), _mm512_set1_ps(b.x0), _CMP_GE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.y0 + i), _mm512_set1_ps(b.y1), _CMP_LE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.y1 + i), _mm512_set1_ps(b.y0), _CMP_GE_OQ);
    if (m == 0) return 0;
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.t0 + i), _mm512_set1_ps(b.t1), _CMP_LE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.t1 + i), _mm512_set1_ps(b.t0), _CMP_GE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.h0 + i), _mm512_set1_ps(b.h1), _CMP_LE_OQ);
    m = _mm512_mask_cmp_ps_mask(m, _mm512_loadu_ps(c.h1 + i), _mm512_set1_ps(b.h0), _CMP_GE_OQ);
    return m;
}

CLEARLINE_AVX512 uint64_t mask64_avx512(const BoxColumns& c, int64_t i, const Box& b) {
    uint64_t mask = 0;
    for (int k = 0; k < 64; k += 16) mask |= static_cast<uint64_t>(mask16_wide(c, i + k, b)) << k;
    return mask;
}

CLEARLINE_AVX512 uint32_t mask16_avx512(const BoxColumns& c, int64_t i, const Box& b) { return mask16_wide(c, i, b); }
#endif

}  // namespace

Mask64 best_mask64() {
#ifdef CLEARLINE_X86
    const Level level = level_in_use();
    if (level == Level::Avx512) return mask64_avx512;
    if (level == Level::Avx2) return mask64_avx2;
#endif
    return mask64_any;
}

Mask16 best_mask16() {
#ifdef CLEARLINE_X86
    const Level level = level_in_use();
    if (level == Level::Avx512) return mask16_avx512;
    if (level == Level::Avx2) return mask16_avx2;
#endif
    return mask16_any;
}

}  // namespace clearline
