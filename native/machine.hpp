// What this processor can do, asked at run time, so that one build serves every machine.
#pragma once

#include <atomic>

#if defined(__GNUC__) || defined(__clang__)
#define CLEARLINE_INLINE inline __attribute__((always_inline))
#else
#error "the compiled core needs gcc or clang; without it the package works on the plain engine"
#endif

#if defined(__x86_64__)
#define CLEARLINE_X86 1
#define CLEARLINE_AVX2 __attribute__((target("avx2")))
#define CLEARLINE_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#endif

namespace clearline {

enum class Level { Any = 0, Avx2 = 1, Avx512 = 2 };

inline Level machine_level() {
#ifdef CLEARLINE_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return Level::Avx512;
    if (__builtin_cpu_supports("avx2")) return Level::Avx2;
#endif
    return Level::Any;
}

// The level in use: the machine's best, unless a test asked for less. Every level gives the same answers.
inline std::atomic<Level>& level_in_use() {
    static std::atomic<Level> level{machine_level()};
    return level;
}

}  // namespace clearline
