// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.scrubjay.block.NativeLibrary;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/** What a native executable must be told, which has initialized its classes on another machine. */
class NativeImageTest {
    private static final String OPTIONS = "/META-INF/native-image/io.scrubjay/shim/native-image.properties";
    private static final String AT_RUN_TIME = "--initialize-at-run-time=";

    private static List<String> initializedAtRunTime() throws IOException {
        Properties options = new Properties();
        try (InputStream stored = NativeImageTest.class.getResourceAsStream(OPTIONS)) {
            options.load(stored);
        }
        return Arrays.stream(options.getProperty("Args").split(" "))
                .filter(argument -> argument.startsWith(AT_RUN_TIME))
                .flatMap(argument ->
                        Arrays.stream(argument.substring(AT_RUN_TIME.length()).split(",")))
                .toList();
    }

    /** Whether its initializer calls, through whatever methods of ours, a function in C or loads a library. */
    private static boolean initializesNatively(JavaClass type) {
        return initializerCalls(
                type,
                call -> true,
                target -> target.getOwner().isEquivalentTo(NativeLibrary.class)
                        || target.resolveMember().stream()
                                .anyMatch(method -> method.getModifiers().contains(JavaModifier.NATIVE)));
    }

    /** Whether it allocates memory outside the heap, which no image holds. What a lambda allocates is not there yet. */
    private static boolean initializesOutsideTheHeap(JavaClass type) {
        return initializerCalls(
                type,
                call -> !call.isDeclaredInLambda(),
                target -> target.getOwner().isEquivalentTo(ByteBuffer.class)
                        && target.getName().equals("allocateDirect"));
    }

    private static boolean initializerCalls(
            JavaClass type, Predicate<JavaMethodCall> followed, Predicate<MethodCallTarget> soughtFor) {
        Deque<JavaCodeUnit> open = new ArrayDeque<>();
        type.getStaticInitializer().ifPresent(open::add);
        Set<JavaCodeUnit> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (JavaMethodCall call : open.remove().getMethodCallsFromSelf()) {
                if (!followed.test(call)) {
                    continue;
                }
                if (soughtFor.test(call.getTarget())) {
                    return true;
                }
                for (JavaMethod method :
                        call.getTarget().resolveMember().stream().toList()) {
                    if (method.getOwner().getPackageName().startsWith("io.scrubjay") && seen.add(method)) {
                        open.add(method);
                    }
                }
            }
        }
        return false;
    }

    @Test
    void whatAsksTheRunningMachineIsInitializedThere() throws IOException {
        // Given
        JavaClasses classes = MainClasses.all();
        List<String> listed = initializedAtRunTime();

        // When
        List<String> asking = classes.stream()
                .filter(type -> initializesNatively(type) || initializesOutsideTheHeap(type))
                .map(JavaClass::getName)
                .toList();

        // Then
        assertThat(asking).hasSizeGreaterThan(5);
        assertThat(asking)
                .allMatch(
                        name -> listed.stream().anyMatch(one -> name.equals(one) || name.startsWith(one + ".")),
                        "is in " + OPTIONS);
    }

    @Test
    void nothingIsListedThatIsNotThere() throws IOException {
        JavaClasses classes = MainClasses.all();
        for (String name : initializedAtRunTime()) {
            assertThat(classes)
                    .as(name)
                    .anyMatch(type ->
                            type.getName().equals(name) || type.getPackageName().equals(name));
        }
    }
}
