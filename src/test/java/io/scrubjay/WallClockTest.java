// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever asks what time it is. Clocks are set, forward and back, and stand still: each of these bears it, and a test says so, or it
 * only shows the time. Whatever is to take a while is counted by {@link System#nanoTime}.
 */
class WallClockTest {
    /** It gives the time to people, and compares it with nothing. */
    private static final String SHOWN_ONLY = "";

    /** The class, and the tests that set its clock. */
    private static final Map<String, List<String>> USERS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "access.UploadGrants",
                    List.of(
                            "access.UploadGrantsTest.clockThatIsSetBackLendsNoTime",
                            "access.UploadGrantsTest.clocksThatDifferByAMinuteTakeEachOthersGrants")),
            Map.entry("agent.BareLog", List.of(SHOWN_ONLY)),
            // Makes the clock of all others.
            Map.entry("agent.ImageWiring", List.of(SHOWN_ONLY)),
            Map.entry("agent.Reconcile", List.of(SHOWN_ONLY)),
            Map.entry(
                    "ingest.IngestRun", List.of("image.ImageCatalogTest.theLatestFailuresAreKeptWhateverTheClockSays")),
            Map.entry("ingest.Ingests", List.of("ingest.ClockSetBackTest.imageIsNotSealedBeforeItsUploadBegan")),
            Map.entry("seal.Sealing", List.of("ingest.ClockSetBackTest.imageIsNotSealedBeforeItsUploadBegan")),
            Map.entry(
                    "scrub.CronSchedule",
                    List.of(
                            "scrub.CronScheduleTest.clockSetBackDoesNotPutTheScrubOff",
                            "scrub.CronScheduleTest.clockSetForwardPastTheTimeStartsTheScrub",
                            "scrub.CronScheduleTest.clockThatIsCorrectedALittleHasNoTimeTwice",
                            "scrub.CronScheduleTest.clockSetBackWhileTheScrubIsDelayedDoesNotPutItOff")),
            Map.entry("scrub.ImageFindings", List.of(SHOWN_ONLY)),
            Map.entry(
                    "scrub.RunDrive",
                    List.of("scrub.ControlTest.imageScrubbedWhileTheClockWasAheadIsNotFreshForAYear")),
            Map.entry(
                    "scrub.ScrubRun", List.of("scrub.ScrubRunTest.noTimeIsBeforeTheOneBeforeItWhenTheClockIsSetBack")),
            Map.entry("scrub.ScrubSettings", List.of(SHOWN_ONLY)),
            Map.entry(
                    "scrub.Scrubber",
                    List.of(
                            "scrub.StateDatabaseTest.runThatAStopCutOffEndsNoSoonerThanItStartedThoughTheClockWasSetBack")),
            Map.entry(
                    "scrub.SqliteHistory",
                    List.of(
                            "scrub.StateDatabaseTest.runOrderedAfterTheClockWasSetBackIsNotForgotten",
                            "scrub.StateDatabaseTest.runsAreInTheOrderTheyWereOrderedInWhateverTheClockSaid")),
            Map.entry(
                    "scrub.StateDatabase",
                    List.of("scrub.StateDatabaseTest.damagedDatabaseIsPutBesideAnEarlierOneOfTheSameMoment")),
            Map.entry(
                    "scrub.VerifiedAges",
                    List.of(
                            "scrub.ControlTest.imageVerifiedInTheFutureIsAsOldAsTheAgentHasKnownThat",
                            "scrub.ControlTest.scrubWhileTheClockStandsStillMakesTheImageYoung")),
            Map.entry(
                    "session.Sessions",
                    List.of(
                            "session.SessionsTest.aClockThatIsSetBackEndsNoSession",
                            "session.SessionsTest.aClockThatIsSetForwardEndsNoSession")),
            Map.entry(
                    "session.SessionMaker",
                    List.of("session.SessionsTest.anImageIsTriedAgainAlthoughTheClockIsSetBack")),
            Map.entry("volume.ImageMaking", List.of(SHOWN_ONLY)),
            Map.entry("volume.VolumeImages", List.of(SHOWN_ONLY)),
            Map.entry(
                    "volume.Snapshots",
                    List.of("volume.VolumeJobsTest.nothingEndsBeforeItBeganWhileTheClockIsSetBack")),
            Map.entry(
                    "volume.VolumeJobs",
                    List.of("volume.VolumeJobsTest.nothingEndsBeforeItBeganWhileTheClockIsSetBack")),
            Map.entry("volume.Volumes", List.of(SHOWN_ONLY))));

    private static final String ROOT = "io.scrubjay.";
    private static final Set<Class<?>> DATES = Set.of(Date.class, Calendar.class, FileTime.class);
    /** What C asks for the time with, or waits by it. */
    private static final Pattern C_CLOCK = Pattern.compile(
            "CLOCK_REALTIME|gettimeofday|\\btime\\(|pthread_cond_timedwait|sem_timedwait|localtime|gmtime|st_[acm]tim");

    @Test
    void everyUserOfTheClockIsKnown() {
        Set<String> users = MainClasses.all().stream()
                .filter(WallClockTest::asksForTheTime)
                .map(user -> user.getFullName().substring(ROOT.length()).replaceFirst("\\$.*", ""))
                .collect(Collectors.toSet());

        assertThat(users)
                .as("a new one needs a test that sets its clock, and a line in this test")
                .isEqualTo(USERS.keySet());
    }

    private static boolean asksForTheTime(JavaClass user) {
        return Stream.of(
                        user.getMethodCallsFromSelf().stream(),
                        user.getMethodReferencesFromSelf().stream(),
                        user.getConstructorCallsFromSelf().stream())
                .flatMap(accesses -> accesses)
                .anyMatch(access -> isClock(access.getTarget()));
    }

    private static boolean isClock(AccessTarget target) {
        JavaClass owner = target.getOwner();
        return owner.isAssignableTo(InstantSource.class)
                || DATES.stream().anyMatch(owner::isEquivalentTo)
                || (owner.getPackageName().startsWith("java.time")
                        && target.getName().equals("now"))
                || target.getName().equals("currentTimeMillis")
                || target.getName().toLowerCase(Locale.ROOT).contains("lastmodified");
    }

    @TestFactory
    Stream<DynamicTest> theTestsOfThemExist() {
        return USERS.values().stream()
                .flatMap(List::stream)
                .filter(test -> !test.equals(SHOWN_ONLY))
                .distinct()
                .map(test -> DynamicTest.dynamicTest(test, () -> requireTest(test)));
    }

    private static void requireTest(String test) throws ClassNotFoundException {
        int end = test.lastIndexOf('.');
        assertThat(Arrays.stream(Class.forName(ROOT + test.substring(0, end)).getDeclaredMethods())
                        .map(method -> method.getName()))
                .contains(test.substring(end + 1));
    }

    @Test
    void noCodeInCAsksForTheTimeOfDay() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/c"))) {
            List<Path> users = sources.filter(path ->
                            path.toString().endsWith(".c") || path.toString().endsWith(".h"))
                    .filter(path -> C_CLOCK.matcher(content(path)).find())
                    .toList();

            assertThat(users).isEmpty();
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
