/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How a native method of Java looks in C. Only numbers and addresses cross, so nobody needs the two
 * arguments that JNI puts in front.
 *
 * A file defines JAVA_CLASS, the class whose native methods it has, as JNI spells it; each of them
 * begins with FUNCTION(type, name). The contract with the caller stands in the Java class.
 */

#ifndef SCRUBJAY_JAVA_H
#define SCRUBJAY_JAVA_H

#include <jni.h>
#include <stdint.h>

#define JAVA_FUNCTION_NAME(class, name) Java_##class##_##name
#define JAVA_FUNCTION(class, name) JAVA_FUNCTION_NAME(class, name)
#define FUNCTION(type, name) JNIEXPORT type JNICALL JAVA_FUNCTION(JAVA_CLASS, name)

/* For the two arguments that no function uses. */
#define UNUSED_JNI() ((void)env, (void)self)

/* The memory at an address that came from Java; NULL for 0. It stays Java's. */
static inline void *memory_at(jlong address)
{
	return (void *)(intptr_t)address;
}

#endif
