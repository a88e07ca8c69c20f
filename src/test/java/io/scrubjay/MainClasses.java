// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import java.lang.ref.SoftReference;

/** The compiled classes of the agent, for tests that look into all of them. Thread-safe: guarded by its class. */
public final class MainClasses {
    private static SoftReference<JavaClasses> read = new SoftReference<>(null);

    private MainClasses() {}

    /** All of them, and none of a test. Reading them takes seconds, so a process does it once, unless it needed the memory. */
    public static synchronized JavaClasses all() {
        JavaClasses classes = read.get();
        if (classes == null) {
            classes = new ClassFileImporter()
                    .withImportOption(new PackagesTest.WithoutTests())
                    .importPackages("io.scrubjay");
            read = new SoftReference<>(classes);
        }
        return classes;
    }
}
