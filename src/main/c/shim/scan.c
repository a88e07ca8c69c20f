/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.block.ScanNative: how many bytes of zeroes does a piece of memory begin with?
 *
 * Each variant is the same loop over blocks of 256 bytes, in what vectors the processor has: OR a
 * whole block together, test once. Java asks once which variant is best here, and names it at each
 * call, so there is no state in C. Every function is pure and may be called from any thread; the
 * caller keeps the memory alive.
 */

#include "io_scrubjay_block_ScanNative.h"

#include "../java.h"

#define JAVA_CLASS io_scrubjay_block_ScanNative

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { BLOCK = 256 };

/* Bytes in those whole blocks at the front of [p, p + n) that hold nothing but zeroes. */
typedef size_t zero_blocks(const uint8_t *p, size_t n);

static uint64_t word(const uint8_t *p)
{
	uint64_t value;

	/* Compiles to one load, at any alignment. */
	memcpy(&value, p, sizeof(value));
	return value;
}

static size_t zero_blocks_portable(const uint8_t *p, size_t n)
{
	size_t done = 0;

	for (; n - done >= BLOCK; done += BLOCK) {
		uint64_t any = 0;

		for (size_t i = 0; i < BLOCK; i += sizeof(any))
			any |= word(p + done + i);
		if (any != 0)
			break;
	}
	return done;
}

static int always(void)
{
	return 1;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static size_t zero_blocks_avx2(const uint8_t *p, size_t n)
{
	size_t done = 0;

	for (; n - done >= BLOCK; done += BLOCK) {
		const __m256i *v = (const __m256i *)(p + done);
		__m256i a = _mm256_or_si256(_mm256_loadu_si256(v), _mm256_loadu_si256(v + 1));
		__m256i b = _mm256_or_si256(_mm256_loadu_si256(v + 2), _mm256_loadu_si256(v + 3));
		__m256i c = _mm256_or_si256(_mm256_loadu_si256(v + 4), _mm256_loadu_si256(v + 5));
		__m256i d = _mm256_or_si256(_mm256_loadu_si256(v + 6), _mm256_loadu_si256(v + 7));
		__m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));

		if (!_mm256_testz_si256(any, any))
			break;
	}
	return done;
}

__attribute__((target("avx512f"))) static size_t zero_blocks_avx512(const uint8_t *p, size_t n)
{
	size_t done = 0;

	for (; n - done >= BLOCK; done += BLOCK) {
		const uint8_t *v = p + done;
		__m512i a = _mm512_or_si512(_mm512_loadu_si512(v), _mm512_loadu_si512(v + 64));
		__m512i b =
			_mm512_or_si512(_mm512_loadu_si512(v + 128), _mm512_loadu_si512(v + 192));
		__m512i any = _mm512_or_si512(a, b);

		if (_mm512_test_epi64_mask(any, any) != 0)
			break;
	}
	return done;
}

static int has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

static int has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") != 0;
}

#elif defined(__aarch64__)

/* Every 64-bit Arm has NEON. */
static size_t zero_blocks_neon(const uint8_t *p, size_t n)
{
	size_t done = 0;

	for (; n - done >= BLOCK; done += BLOCK) {
		uint8x16_t any = vdupq_n_u8(0);

		for (size_t i = 0; i < BLOCK; i += 64) {
			uint8x16x4_t v = vld1q_u8_x4(p + done + i);

			any = vorrq_u8(any,
				vorrq_u8(vorrq_u8(v.val[0], v.val[1]),
					vorrq_u8(v.val[2], v.val[3])));
		}
		if (vmaxvq_u8(any) != 0)
			break;
	}
	return done;
}

#endif

/* From the slowest to the fastest; the last one that this processor has is the best. */
static const struct {
	zero_blocks *scan;
	int (*supported)(void);
} variants[] = {
	{zero_blocks_portable, always},
#if defined(__x86_64__)
	{zero_blocks_avx2, has_avx2},
	{zero_blocks_avx512, has_avx512},
#elif defined(__aarch64__)
	{zero_blocks_neon, always},
#endif
};

enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

/* How many variants were compiled. */
FUNCTION(jint, variants)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return VARIANTS;
}

/* 1 when this processor can run that variant, else 0. */
FUNCTION(jint, supported)(JNIEnv *env, jclass self, jint variant)
{
	UNUSED_JNI();
	return variant >= 0 && variant < VARIANTS && variants[variant].supported();
}

/* Bytes of zeroes at the front of [address, address + length). The variant must be a supported one.
 */
FUNCTION(jlong, zeroPrefix)(JNIEnv *env, jclass self, jint variant, jlong address, jlong length)
{
	const uint8_t *p = memory_at(address);
	size_t n = (size_t)length;
	size_t done;

	UNUSED_JNI();
	done = variants[variant].scan(p, n);
	while (n - done >= sizeof(uint64_t) && word(p + done) == 0)
		done += sizeof(uint64_t);
	while (done < n && p[done] == 0)
		done++;
	return (jlong)done;
}

/* 1 when the C library's memcmp finds both pieces alike, else 0: the yardstick of ZeroScanBench. */
FUNCTION(jint, same)(JNIEnv *env, jclass self, jlong left, jlong right, jlong length)
{
	UNUSED_JNI();
	return memcmp(memory_at(left), memory_at(right), (size_t)length) == 0;
}
