/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.block.Sha256Native: the block function of SHA-256 (FIPS 180-4, 6.2.2) by the
 * processor's own instructions, over memory as it lies. Padding, and processors without them, are
 * Java's. Pure; any thread; the caller keeps the memory alive.
 */

#include "io_scrubjay_block_Sha256Native.h"

#include "../java.h"

#define JAVA_CLASS io_scrubjay_block_Sha256Native

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

enum { BLOCK = 64, GROUPS = 16 };

/* The first 32 bits of the fractions of the cube roots of the first 64 primes. */
static const uint32_t constants[4 * GROUPS] __attribute__((aligned(16))) = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

#if defined(__x86_64__)

static int supported(void)
{
	unsigned eax, ebx, ecx, edx;

	/* Leaf 7, EBX bit 29: the SHA extensions. Compilers do not all know their name. */
	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return 0;
	return (ebx >> 29 & 1) != 0 && __builtin_cpu_supports("sse4.1") &&
		__builtin_cpu_supports("ssse3");
}

/*
 * The instructions want the eight words as two vectors, A B E F and C D G H, from the top down.
 * Each sha256rnds2 does two rounds; sha256msg1 and sha256msg2 make four words of the schedule of
 * the sixteen before them.
 */
__attribute__((target("sha,sse4.1,ssse3"))) static void compress(
	uint32_t *state, const uint8_t *data, size_t blocks)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state + 1), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8);
	__m128i cdgh = _mm_blend_epi16(high, low, 0xf0);

	for (; blocks > 0; blocks--, data += BLOCK) {
		__m128i abef_before = abef, cdgh_before = cdgh;
		__m128i w[4];

		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(
				_mm_loadu_si128((const __m128i *)data + i), big_endian);
#pragma GCC unroll 16
		for (int group = 0; group < GROUPS; group++) {
			__m128i oldest = w[group & 3], next = w[(group + 1) & 3];
			__m128i later = w[(group + 2) & 3], newest = w[(group + 3) & 3];
			__m128i sum = _mm_add_epi32(
				oldest, _mm_load_si128((const __m128i *)constants + group));

			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
			if (group < GROUPS - 4) {
				__m128i part = _mm_add_epi32(_mm_sha256msg1_epu32(oldest, next),
					_mm_alignr_epi8(newest, later, 4));

				w[group & 3] = _mm_sha256msg2_epu32(part, newest);
			}
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)state + 1, _mm_alignr_epi8(high, low, 8));
}

#elif defined(__aarch64__)

static int supported(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0;
}

__attribute__((target("+crypto"))) static void compress(
	uint32_t *state, const uint8_t *data, size_t blocks)
{
	uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);

	for (; blocks > 0; blocks--, data += BLOCK) {
		uint32x4_t abcd_before = abcd, efgh_before = efgh;
		uint32x4_t w[4];

		for (int i = 0; i < 4; i++)
			w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
		for (int group = 0; group < GROUPS; group++) {
			uint32x4_t sum = vaddq_u32(w[group & 3], vld1q_u32(constants + 4 * group));
			uint32x4_t before = abcd;

			abcd = vsha256hq_u32(abcd, efgh, sum);
			efgh = vsha256h2q_u32(efgh, before, sum);
			if (group < GROUPS - 4)
				w[group & 3] = vsha256su1q_u32(
					vsha256su0q_u32(w[group & 3], w[(group + 1) & 3]),
					w[(group + 2) & 3], w[(group + 3) & 3]);
		}
		abcd = vaddq_u32(abcd, abcd_before);
		efgh = vaddq_u32(efgh, efgh_before);
	}
	vst1q_u32(state, abcd);
	vst1q_u32(state + 4, efgh);
}

#else

static int supported(void)
{
	return 0;
}

static void compress(uint32_t *state, const uint8_t *data, size_t blocks)
{
	(void)state;
	(void)data;
	(void)blocks;
}

#endif

/* 1 when this processor has the instructions, else 0: compress must not be called then. */
FUNCTION(jint, supported)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return supported();
}

/*
 * Takes blocks of 64 bytes into the state: eight words of 32 bits in the machine's byte order,
 * A to H.
 */
FUNCTION(void, compress)(JNIEnv *env, jclass self, jlong state, jlong data, jlong blocks)
{
	UNUSED_JNI();
	compress(memory_at(state), memory_at(data), (size_t)blocks);
}
