// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.test.junit.QuarkusTest;
import io.scrubjay.engine.spdk.NeedsPolling;
import org.junit.jupiter.api.Tag;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/** The build runs some tests in processes of their own, and looks for them in these places only: pom.xml. */
@AnalyzeClasses(packages = "io.scrubjay", importOptions = ImportOption.OnlyIncludeTests.class)
class TestGroupsTest {
    @ArchTest
    static final ArchRule testsThatNeedHelmAreInItsPackage = classes()
            .that()
            .areAnnotatedWith(tag("helm"))
            .should()
            .resideInAPackage("io.scrubjay.chart")
            .andShould()
            .haveSimpleNameEndingWith("Test");

    @ArchTest
    static final ArchRule testsThatNeedPollingAreThoseOfNvme = classes()
            .that()
            .areAnnotatedWith(NeedsPolling.class)
            .should()
            .resideInAPackage("io.scrubjay.engine.spdk")
            .andShould()
            .haveNameMatching(".*[.]Nvme[A-Za-z]*Test");

    @ArchTest
    static final ArchRule testsOfTheWholeAgentAreWhereOneProcessRunsThemAll = classes()
            .that()
            .areAnnotatedWith(QuarkusTest.class)
            .should()
            .resideInAnyPackage("io.scrubjay.api..", "io.scrubjay.gate..")
            .orShould()
            .haveNameMatching("io[.]scrubjay[.]agent[.](MetricNames|RequestTags)Test");

    private static DescribedPredicate<JavaAnnotation<?>> tag(String group) {
        return DescribedPredicate.describe(
                "@Tag(\"" + group + "\")",
                annotation -> annotation.getRawType().isEquivalentTo(Tag.class)
                        && annotation.get("value").filter(group::equals).isPresent());
    }
}
