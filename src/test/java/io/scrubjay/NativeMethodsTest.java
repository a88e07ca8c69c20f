// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.scrubjay.block.BufferAddress;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every native method: how it looks, and that the library has it. */
class NativeMethodsTest {
    /** Those of a method's arguments that have one of these names come in this order. */
    private static final List<String> ORDER = List.of("ticket", "handle", "fd", "address", "offset", "length");

    private static final List<String> LIBRARIES = List.of("libscrubjay.so", "libscrubjay_spdk.so");

    private static List<Method> nativeMethods() throws ClassNotFoundException {
        List<Method> methods = new ArrayList<>();
        for (JavaClass type : MainClasses.all()) {
            if (type.getMethods().stream()
                    .anyMatch(method -> method.getModifiers().contains(JavaModifier.NATIVE))) {
                // Without its initializer, which would load the library.
                Class<?> loaded = Class.forName(type.getName(), false, NativeMethodsTest.class.getClassLoader());
                Arrays.stream(loaded.getDeclaredMethods())
                        .filter(method -> Modifier.isNative(method.getModifiers()))
                        .forEach(methods::add);
            }
        }
        return methods;
    }

    private static String symbol(Method method) {
        return "Java_" + method.getDeclaringClass().getName().replace('.', '_') + "_" + method.getName();
    }

    /** What the library gives to the linker; nothing where it was not built. */
    private static List<String> symbols(String library) throws IOException, InterruptedException, URISyntaxException {
        URL place = NativeMethodsTest.class.getResource("/META-INF/native/" + library);
        if (place == null) {
            return List.of();
        }
        Process nm = new ProcessBuilder(
                        "nm", "-D", "--defined-only", Path.of(place.toURI()).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(nm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(nm.waitFor()).as(output).isZero();
        return output.lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void onlyNumbersCross() throws ClassNotFoundException {
        List<Method> methods = nativeMethods();

        assertThat(methods).hasSizeGreaterThan(70);
        assertThat(methods)
                .filteredOn(method -> !method.getDeclaringClass().equals(BufferAddress.class))
                .allSatisfy(method -> {
                    assertThat(List.of(method.getParameterTypes())).isSubsetOf(int.class, long.class);
                    assertThat(method.getReturnType()).isIn(int.class, long.class, void.class);
                });
    }

    @Test
    void argumentsHaveOneOrder() throws ClassNotFoundException {
        assertThat(nativeMethods()).allSatisfy(method -> {
            List<String> names = Arrays.stream(method.getParameters())
                    .map(Parameter::getName)
                    .filter(ORDER::contains)
                    .toList();
            assertThat(names).isSortedAccordingTo(Comparator.comparing(ORDER::indexOf));
        });
    }

    /** A function in C whose method is gone does not compile. */
    @Test
    void eachMethodIsInTheLibrary() throws Exception {
        // Given: both, or the first alone where SPDK is missing
        Set<String> symbols = new HashSet<>();
        for (String library : LIBRARIES) {
            symbols.addAll(symbols(library));
        }
        boolean withSpdk = symbols.contains("JNI_OnLoad");

        // Then
        assertThat(nativeMethods())
                .filteredOn(method ->
                        withSpdk || !method.getDeclaringClass().getPackageName().startsWith("io.scrubjay.engine.spdk"))
                .extracting(NativeMethodsTest::symbol)
                .isSubsetOf(symbols);
    }
}
