// SPDX-License-Identifier: Apache-2.0
/**
 * The Helm chart, rendered by Helm and read by models of Kubernetes' own types.
 *
 * <p><b>Set-up</b>: one of the values files in the chart's {@code ci} directory, each a way to run Scrubjay that is
 * supported.
 */
package io.scrubjay.chart;
