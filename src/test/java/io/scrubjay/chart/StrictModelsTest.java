// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.UncheckedIOException;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What all other tests of the chart rest on: that a mistake is seen. */
class StrictModelsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spek: {}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{nam: http}]}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a, labels: {a: 1}}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {publishNotReadyAddresses: 'true'}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a, name: b}}",
                "{apiVersion: v2, kind: Service, metadata: {name: a}}",
                "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, spec: {groups: [{rules: [{exp: a}]}]}}"
            })
    void aMistakeIsRefused(String yaml) {
        assertThatThrownBy(() -> StrictModels.parseAll(yaml))
                .isInstanceOfAny(IllegalArgumentException.class, UncheckedIOException.class);
    }
}
